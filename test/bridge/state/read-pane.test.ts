// When it is certain whose quota a pane spends, and what makes it uncertain.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { toOwner } from "../../../bridge/cli/row/to-owner.ts";
import { readPane } from "../../../bridge/state/read-pane.ts";
import { test } from "../../harness/test.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../../shared/wire-examples.ts";

const account = { accountUuid: ACCOUNT_UUID, organizationUuid: ORG_UUID, emailAddress: "user@example.com" };
const signedIn = {
  kind: "signed-in",
  login: { account_uuid: ACCOUNT_UUID, org_uuid: ORG_UUID, email: "user@example.com" },
};
let home: string;

test.beforeEach(async ({ folder }) => {
  home = folder;
  vi.stubEnv("HOME", home);
  await writeFile(join(home, ".claude.json"), JSON.stringify({ oauthAccount: account }));
  return () => vi.unstubAllEnvs();
});

const read = (environment: Record<string, string> = {}) => readPane(environment, join(home, "project"));

async function writeSettings(folder: string, settings: unknown, name = "settings.json"): Promise<void> {
  await mkdir(join(home, folder), { recursive: true });
  await writeFile(join(home, folder, name), typeof settings === "string" ? settings : JSON.stringify(settings));
}

const credentials = ["CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"];
const providers = ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"];

describe("the login is certain", () => {
  test("in a usual pane", () => {
    expect(read({ ANTHROPIC_BASE_URL: "http://127.0.0.1:8080" })).toEqual(signedIn);
  });

  test.each([...credentials, ...providers])("with an empty %s", (name) => {
    expect(read({ [name]: "" })).toEqual(signedIn);
  });

  test.each(["0", "false", "off"])("with a provider that is switched off by %s", (value) => {
    expect(read({ CLAUDE_CODE_USE_BEDROCK: value })).toEqual(signedIn);
  });

  test("with settings that name none of it, or cannot be read", async () => {
    await writeSettings(".claude", { env: { FOO: "ANTHROPIC_API_KEY" }, apiKeyHelper: "" });
    await writeSettings("project/.claude", "{ apiKeyHelper");
    expect(read()).toEqual(signedIn);
  });
});

describe("the login is not certain", () => {
  test.each([...credentials, ...providers])("with %s in the environment", (name) => {
    expect(read({ [name]: "1" })).toEqual({ kind: "other-credential", setting: name });
  });

  test.each([
    [".claude", "settings.json"],
    ["project/.claude", "settings.json"],
    ["project/.claude", "settings.local.json"],
  ])("with a helper or a token in %s/%s", async (folder, name) => {
    await writeSettings(folder, { apiKeyHelper: "/bin/get-key" }, name);
    expect(read()).toEqual({ kind: "other-credential", setting: "apiKeyHelper" });
    await writeSettings(folder, { env: { ANTHROPIC_AUTH_TOKEN: "x" } }, name);
    expect(read()).toEqual({ kind: "other-credential", setting: "ANTHROPIC_AUTH_TOKEN" });
  });
});

describe("the folder of the settings", () => {
  test("can be another one", async () => {
    await mkdir(join(home, "work"));
    expect(read({ CLAUDE_CONFIG_DIR: join(home, "work") })).toEqual({ kind: "nobody" });
    await writeSettings("work", { oauthAccount: account }, ".claude.json");
    expect(read({ CLAUDE_CONFIG_DIR: join(home, "work") })).toEqual(signedIn);
  });

  test("can come with a tilde that no shell has read", async () => {
    await writeSettings("work", { oauthAccount: account }, ".claude.json");
    expect(read({ CLAUDE_CONFIG_DIR: "~/work" })).toEqual(signedIn);
    expect(read({ CLAUDE_CONFIG_DIR: "~" })).toEqual(signedIn);
  });

  test("can hold the login under its old name, which goes first", async () => {
    await writeSettings(".claude", { oauthAccount: { emailAddress: "old@example.com" } }, ".config.json");
    expect(read()).toMatchObject({ kind: "signed-in", login: { email: "old@example.com" } });
  });
});

test("readings are handed over only of a login that names account and organisation", () => {
  expect(toOwner(read())).toEqual({
    account_uuid: ACCOUNT_UUID,
    org_uuid: ORG_UUID,
    account_email: "user@example.com",
  });
  expect(toOwner(read({ ANTHROPIC_API_KEY: "x" }))).toBeUndefined();
  expect(toOwner({ kind: "unreadable" })).toBeUndefined();
  const login = { account_uuid: ACCOUNT_UUID, org_uuid: undefined, email: undefined };
  expect(toOwner({ kind: "signed-in", login })).toBeUndefined();
  expect(toOwner({ kind: "signed-in", login: { ...login, org_uuid: "../../etc/passwd" } })).toBeUndefined();
});
