// Whose quota work in this pane spends, as far as that is certain: by the login of Claude Code here, unless a credential or a
// provider in its environment takes the login's place. On the hot path.
import { toHomeFolder } from "./home-folder.ts";
import { type LoginReading, readLogin, readOptional, toFields } from "./read-login.ts";

/** other-credential: work here is billed to whatever stands behind this setting. */
export type Pane = LoginReading | { kind: "other-credential"; setting: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** https://code.claude.com/docs/en/iam#authentication-precedence */
const CREDENTIALS = [
  "CLAUDE_CODE_OAUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_API_KEY",
  "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR",
];
const PROVIDERS = ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"];
const HELPER = "apiKeyHelper";
const OFF = ["", "0", "false", "no", "off"];

export function readPane(environment: Environment = process.env, project = "."): Pane {
  const folders = toFolders(environment);
  const setting = findCredential(environment) ?? findInSettings(folders.settings, project);
  return setting === undefined ? readLogin(toFiles(folders)) : { kind: "other-credential", setting };
}

/** An old installation keeps the login under another name, which then goes first. */
export function toLoginFiles(environment: Environment = process.env): string[] {
  return toFiles(toFolders(environment));
}

type Folders = { settings: string; login: string };

function toFiles({ settings, login }: Folders): string[] {
  return [`${settings}/.config.json`, `${login}/.claude.json`];
}

/** Of a pane of which only this is known; null is the usual folder. */
export function toLoginEnvironment(configDir: string | null): Environment {
  return configDir === null ? {} : { CLAUDE_CONFIG_DIR: configDir };
}

/** Where Claude Code keeps its settings, and where its login. */
export function toFolders(environment: Environment): Folders {
  const home = toHomeFolder();
  const given = environment["CLAUDE_CONFIG_DIR"];
  // A unit file or a .env hands the tilde on as it is. The first pattern of a call costs a four-hundredth of it.
  const asked = given?.startsWith("~") ? given.replace(/^~(?=[/\\]|$)/, home) : given;
  return asked ? { settings: asked, login: asked } : { settings: `${home}/.claude`, login: home };
}

function findCredential(environment: Environment): string | undefined {
  return (
    CREDENTIALS.find((name) => environment[name]) ??
    PROVIDERS.find((name) => !OFF.includes((environment[name] ?? "").toLowerCase()))
  );
}

/** Claude Code's settings can name a helper, or set the same variables for what it starts. */
function findInSettings(folder: string, project: string): string | undefined {
  const files = [
    `${folder}/settings.json`,
    `${project}/.claude/settings.json`,
    `${project}/.claude/settings.local.json`,
  ];
  for (const path of files) {
    const text = readOptional(path);
    // Nearly all of them say nothing of the kind, and parsing costs more than looking.
    if (text === undefined || ![HELPER, ...CREDENTIALS, ...PROVIDERS].some((name) => text.includes(name))) continue;
    const found = findSetting(text);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findSetting(text: string): string | undefined {
  try {
    const settings = toFields(JSON.parse(text));
    if (settings[HELPER]) return HELPER;
    const entries = Object.entries(toFields(settings["env"])).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return findCredential(Object.fromEntries(entries));
  } catch {
    // Claude Code goes on without settings that it cannot read.
    return undefined;
  }
}
