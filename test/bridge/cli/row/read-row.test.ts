// Which row a gate is about: the one named, the pane's, the only one, or none.
import { describe, expect, test } from "vitest";
import { selectByName, selectByPane } from "../../../../bridge/cli/row/read-row.ts";
import type { Pane } from "../../../../bridge/state/read-pane.ts";
import { createRow } from "../rows.ts";

const [alice, bob] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];
const [home, work] = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];

const aliceHome = createRow({
  account_uuid: alice,
  org_uuid: home,
  account_email: "alice@example.com",
  org_name: "Home",
});
const aliceWork = createRow({
  account_uuid: alice,
  org_uuid: work,
  account_email: "alice@example.com",
  org_name: "Work",
});
const bobWork = createRow({ account_uuid: bob, org_uuid: work, account_email: "bob@example.com", org_name: "Work" });
const unknownWork = createRow({ account_uuid: null, org_uuid: work, account_email: null, org_name: "Work" });
const emailWork = createRow({
  account_uuid: null,
  org_uuid: work,
  account_email: "alice@example.com",
  org_name: "Work",
});

const nobody: Pane = { kind: "nobody" };
const login = (account_uuid?: string, org_uuid?: string, email?: string): Pane => ({
  kind: "signed-in",
  login: { account_uuid, org_uuid, email },
});
const ambiguous = "ambiguous-account";
const unknown = "unknown-account";

describe("without --account", () => {
  test.each([
    { name: "no row is no data", rows: [], login: nobody, chosen: "no-data" },
    { name: "no row is no data for a login too", rows: [], login: login(alice, home), chosen: "no-data" },
    { name: "the only row", rows: [aliceHome], login: nobody, chosen: aliceHome },
    { name: "of two rows none", rows: [aliceHome, bobWork], login: nobody, chosen: ambiguous },
    { name: "the pane's row", rows: [aliceHome, bobWork], login: login(bob, work), chosen: bobWork },
    { name: "by account, of one organisation", rows: [aliceWork, bobWork], login: login(bob, work), chosen: bobWork },
    {
      name: "by organisation, of one account",
      rows: [aliceHome, aliceWork],
      login: login(alice, work),
      chosen: aliceWork,
    },
    { name: "not by account alone", rows: [aliceHome, aliceWork], login: login(alice), chosen: ambiguous },
    {
      name: "by account alone when it has one row",
      rows: [aliceHome, bobWork],
      login: login(alice),
      chosen: aliceHome,
    },
    {
      name: "not by e-mail alone",
      rows: [aliceHome, aliceWork],
      login: login(undefined, undefined, "alice@example.com"),
      chosen: ambiguous,
    },
    {
      name: "by e-mail alone when it has one row",
      rows: [aliceHome, bobWork],
      login: login(undefined, undefined, "bob@example.com"),
      chosen: bobWork,
    },
    { name: "never another row than the pane's", rows: [aliceHome], login: login(bob, work), chosen: unknown },
    { name: "nor another organisation's", rows: [aliceHome], login: login(alice, work), chosen: unknown },
    { name: "nor a colleague's", rows: [bobWork], login: login(alice, work, "alice@example.com"), chosen: unknown },
    {
      name: "a row without account, of the pane's organisation",
      rows: [unknownWork],
      login: login(alice, work),
      chosen: unknownWork,
    },
    {
      name: "but not when a row says the account",
      rows: [unknownWork, aliceWork],
      login: login(alice, work),
      chosen: aliceWork,
    },
    {
      name: "and not of two that do not say",
      rows: [unknownWork, emailWork],
      login: login(alice, work),
      chosen: ambiguous,
    },
    {
      name: "a row with the pane's e-mail",
      rows: [emailWork, bobWork],
      login: login(alice, work, "alice@example.com"),
      chosen: emailWork,
    },
    {
      name: "a row without account and no organisation is nobody's",
      rows: [unknownWork],
      login: login(alice),
      chosen: unknown,
    },
  ])("$name", ({ rows, login: pane, chosen }) => {
    const choice = selectByPane(rows, pane);
    if (typeof chosen === "string") expect(choice.kind).toBe(chosen);
    else expect(choice).toEqual({ kind: "row", row: chosen });
  });
});

describe("in doubt about the pane, even with one row,", () => {
  test("a credential in the login's place makes it ambiguous, and is named", () => {
    const pane: Pane = { kind: "other-credential", setting: "ANTHROPIC_API_KEY" };
    const rows = [aliceHome];
    expect(selectByPane(rows, pane)).toEqual({ kind: ambiguous, rows, credential: "ANTHROPIC_API_KEY" });
  });

  test("a login that cannot be read is not nobody's", () => {
    expect(selectByPane([aliceHome], { kind: "unreadable" })).toEqual({ kind: "unreadable-login" });
  });
});

describe("with --account", () => {
  const rows = [aliceHome, aliceWork, bobWork];
  test.each([
    { account: "bob@example.com", chosen: bobWork },
    { account: " BOB@example.com ", chosen: bobWork },
    { account: bob, chosen: bobWork },
    { account: home, chosen: aliceHome },
    { account: "home", chosen: aliceHome },
    { account: "alice@example.com", chosen: ambiguous },
    { account: work, chosen: ambiguous },
    { account: "carol@example.com", chosen: unknown },
    { account: "bob", chosen: unknown },
    { account: "", chosen: unknown },
  ])("$account", ({ account, chosen }) => {
    const choice = selectByName(rows, account);
    if (typeof chosen === "string") expect(choice.kind).toBe(chosen);
    else expect(choice).toEqual({ kind: "row", row: chosen });
  });

  test("an ambiguous name lists the rows it could be, an unknown one all", () => {
    expect(selectByName(rows, work)).toEqual({ kind: "ambiguous-account", rows: [aliceWork, bobWork] });
    expect(selectByName(rows, "carol")).toEqual({ kind: "unknown-account", rows });
  });
});
