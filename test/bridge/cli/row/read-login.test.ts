// Whose pane it is: Claude Code's settings as it writes them, and as they are found in the field.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { readLogin } from "../../../../bridge/cli/row/read-login.ts";
import { test } from "../../../harness/test.ts";

let folder: string;

test.beforeEach(async ({ folder: own }) => {
  folder = own;
});

const account = { accountUuid: "A-1", emailAddress: "User@Example.com", organizationUuid: "O-1", displayName: "User" };
const login = { account_uuid: "a-1", org_uuid: "o-1", email: "user@example.com" };
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
  { name: "empty", text: "", login: undefined },
  { name: "cut off in it", text: '{\n  "oauthAccount": {\n    "accountUuid": "a-', login: undefined },
  { name: "not JSON", text: "oops", login: undefined },
];

describe("the login of a pane", () => {
  test.each(cases)("$name", async ({ text, login: expected }) => {
    await writeFile(join(folder, ".claude.json"), text);
    expect(readLogin(folder)).toEqual(expected);
  });

  test("is unknown without the file", () => {
    expect(readLogin(folder)).toBeUndefined();
    expect(readLogin(join(folder, "nowhere"))).toBeUndefined();
  });
});
