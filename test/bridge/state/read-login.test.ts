// Whose pane it is: Claude Code's settings as it writes them, and as they are found in the field.
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { type Login, readLogin } from "../../../bridge/state/read-login.ts";
import { test } from "../../harness/test.ts";

let folder: string;

test.beforeEach(async ({ folder: own }) => {
  folder = own;
});

const account = { accountUuid: "A-1", emailAddress: "User@Example.com", organizationUuid: "O-1", displayName: "User" };
const login: Login | undefined = { account_uuid: "a-1", org_uuid: "o-1", email: "user@example.com" };
const project = { history: [{ display: 'say "oauthAccount": {\n  "accountUuid": "b"}', pastedContents: {} }] };
const other = { mcpServers: { x: { env: { oauthAccount: { accountUuid: "b" } } } } };

const cases = [
  { name: "as it is written", text: JSON.stringify({ numStartups: 3, oauthAccount: account }, null, 2), login },
  { name: "in one line", text: JSON.stringify({ oauthAccount: account, projects: {} }), login },
  { name: "with tabs", text: JSON.stringify({ oauthAccount: account }, null, "\t"), login },
  {
    name: "after projects that speak of it",
    text: JSON.stringify({ projects: { a: project, b: other }, oauthAccount: account }, null, 2),
    login,
  },
  {
    name: "before projects",
    text: JSON.stringify({ oauthAccount: account, projects: { a: project } }, null, 2),
    login,
  },
  {
    name: "with an object inside",
    text: JSON.stringify({ oauthAccount: { seat: { tier: "x" }, ...account } }, null, 2),
    login,
  },
  {
    name: "cut off behind it",
    text: `${JSON.stringify({ oauthAccount: account }, null, 2).slice(0, -2)},\n  "proj`,
    login,
  },
  {
    name: "only an e-mail",
    text: JSON.stringify({ oauthAccount: { emailAddress: "user@example.com" } }, null, 2),
    login: { account_uuid: undefined, org_uuid: undefined, email: "user@example.com" },
  },
  {
    name: "fields of other kinds",
    text: JSON.stringify({ oauthAccount: { ...account, organizationUuid: 7, emailAddress: null } }, null, 2),
    login: { account_uuid: "a-1", org_uuid: undefined, email: undefined },
  },
  { name: "signed out", text: JSON.stringify({ numStartups: 3 }, null, 2), login: undefined },
  { name: "an empty account", text: JSON.stringify({ oauthAccount: {} }, null, 2), login: undefined },
  { name: "null", text: JSON.stringify({ oauthAccount: null }, null, 2), login: undefined },
  { name: "only another program's", text: JSON.stringify({ projects: { b: other } }, null, 2), login: undefined },
  { name: "an array", text: "[]", login: undefined },
];

const doubts = [
  { name: "empty", text: "" },
  { name: "cut off in it", text: '{\n  "oauthAccount": {\n    "accountUuid": "a-' },
  { name: "not JSON", text: "oops" },
];

describe("the login", () => {
  test.each(cases)("$name", async ({ text, login: expected }) => {
    const path = join(folder, ".claude.json");
    await writeFile(path, text);
    expect(readLogin([path])).toEqual(expected ? { kind: "signed-in", login: expected } : { kind: "nobody" });
  });

  test.each(doubts)("of a file that is $name is doubt, not nobody's", async ({ text }) => {
    const path = join(folder, ".claude.json");
    await writeFile(path, text);
    expect(readLogin([path])).toEqual({ kind: "unreadable" });
  });

  test("of a folder or a pipe in the file's place is doubt too", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(readLogin([folder])).toEqual({ kind: "unreadable" });
    expect(readLogin([pipe])).toEqual({ kind: "unreadable" });
  });

  test("is nobody's without a file", () => {
    expect(readLogin([join(folder, "nowhere", ".claude.json"), "/dev/null/.claude.json"])).toEqual({ kind: "nobody" });
  });
});
