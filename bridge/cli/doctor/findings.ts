// Everything that doctor can find wrong: a code for scripts, what it means, and the one step that fixes it.
import { SQLITE_STEP } from "../../state/sqlite.ts";

type Finding = {
  means: string;
  /** `about` is what it was found at: a path, a process, a browser. */
  step: (about: string) => string;
};

const START = "run `claude-meter bridge start`";
const RESTART = "run `claude-meter bridge stop`, then `claude-meter bridge start`";
const SETUP = "run `claude-meter setup`";
const LOAD = "load or reload the extension on your browser's extensions page, with the browser open";
const UPDATE = "update claude-meter on this computer";
const WAIT = "wait; the meter will retry automatically";

const findings = {
  "node-old": {
    means: "This version of Node is too old for claude-meter.",
    step: () => "install Node 20.19 or newer, then run `claude-meter setup` so that browsers use it too",
  },
  "sqlite-missing": {
    means: "Node has no built-in SQLite, and the package that replaces it is not installed.",
    step: () => SQLITE_STEP,
  },
  "sqlite-old": {
    means: "This SQLite can lose committed writes (fixed in 3.51.3, 3.50.7 and 3.44.6).",
    step: () => "update Node to 22.22.3, 24.15 or newer",
  },
  "state-folder-too-long": {
    means: "The path of the state folder is too long for the bridge's socket.",
    step: () => "set CLAUDE_METER_HOME to a shorter path",
  },
  "state-folder-missing": {
    means: "The state folder is missing: the bridge has never run here.",
    step: () => START,
  },
  "state-folder-unsafe": {
    means: "The state folder is a link, a file or owned by another user, so it is not used.",
    step: (path) => `remove ${path}, or set CLAUDE_METER_HOME to a folder of your own`,
  },
  "state-folder-open": {
    means: "Other users of this computer can enter the state folder.",
    step: (path) => `run \`chmod 700 ${path}\``,
  },
  "state-folder-read-only": {
    means: "The state folder is not writable.",
    step: (path) =>
      `run \`chmod u+rwx ${path}\`; if its disk is mounted read-only, set CLAUDE_METER_HOME to another folder`,
  },
  "disk-full": {
    means: "The disk with the state folder is full or nearly full: new readings wait in the extension.",
    step: () => "free some disk space; nothing else is needed",
  },
  "state-file-unsafe": {
    means: "A file in the state folder is a link, a folder, a pipe or owned by another user.",
    step: (path) => `remove ${path}`,
  },
  "state-file-open": {
    means: "Other users of this computer can read a file of the bridge.",
    step: (path) => `run \`chmod 600 ${path}\``,
  },
  "status-damaged": {
    means: "status.json is damaged, so there are no readings.",
    step: () => `${RESTART}: the file is set aside and the next reading creates a new one`,
  },
  "keys-damaged": {
    means: "keys.json is damaged, so no browser can authenticate.",
    step: () => `${RESTART}: the file is set aside and browsers pair again automatically`,
  },
  "state-newer": {
    means: "A newer version of claude-meter wrote the state, and this version cannot read it.",
    step: () => UPDATE,
  },
  "bridge-stopped": {
    means: "The bridge was stopped manually, so browsers do not start it.",
    step: () => START,
  },
  "bridge-not-running": {
    means: "The bridge is not running: readings wait in the extension.",
    step: () => START,
  },
  "bridge-silent": {
    means: "The bridge is running but not responding.",
    step: (pid) => `end its process${pid ? ` (\`kill -9 ${pid}\`)` : ""}, then ${START}`,
  },
  "socket-missing": {
    means: "The bridge is running, but its socket is missing from the state folder.",
    step: (pid) => `run \`kill ${pid}\`, then \`claude-meter bridge start\``,
  },
  "bridge-other-version": {
    means: "The running bridge and this command are different versions.",
    step: () => RESTART,
  },
  "port-taken": {
    means: "Another program is using the bridge's port, so no readings arrive.",
    step: (owner) => `stop ${owner}; the bridge takes the port within seconds`,
  },
  "port-changed": {
    means: "CLAUDE_METER_PORT is set, but the extension only uses port 63762.",
    step: () => "unset CLAUDE_METER_PORT, then run `claude-meter bridge stop` and `claude-meter bridge start`",
  },
  "clock-behind": {
    means: "This computer's clock is behind, so readings are dated in the future.",
    step: () => "correct this computer's clock (time synchronisation may be off)",
  },
  "clock-ahead": {
    means: "Polls succeed but every reading is stale: this computer's clock is ahead of claude.ai's.",
    step: () => "correct this computer's clock (time synchronisation may be off), then press Refresh in the popup",
  },
  "browser-none": {
    means: "No browser was found in the usual places.",
    step: () =>
      "install one (Chrome, Arc, Brave, Edge, Vivaldi, Chromium, Firefox), or pass its folder: `claude-meter setup --browser-dir <folder>`",
  },
  "native-host-missing": {
    means: "A browser has no native messaging host, so it cannot start the bridge.",
    step: () => SETUP,
  },
  "native-host-broken": {
    means: "The program of the native messaging host is missing or does not run.",
    step: () => SETUP,
  },
  "not-paired": {
    means: "No browser is paired with the bridge.",
    step: () => `${LOAD}; it pairs automatically, or with the code from \`claude-meter pair\``,
  },
  "extension-not-seen": {
    means: "No extension has reported yet.",
    step: () => `${LOAD}, then check its popup`,
  },
  "extension-silent": {
    means: "The extension has not reported for more than ten minutes.",
    step: (browser) => `open ${browser}; if it is already open, the extension's popup says what is wrong`,
  },
  "extension-old": {
    means: "The extension is older than this command.",
    step: (browser) => `reload claude-meter on ${browser}'s extensions page`,
  },
  "extension-newer": {
    means: "The extension is newer than this command.",
    step: () => UPDATE,
  },
  "readings-dropped": {
    means: "The extension dropped readings that the bridge could not read.",
    step: () => UPDATE,
  },
  "signed-out": {
    means: "The browser is signed out of claude.ai.",
    step: () => "sign in to claude.ai in that browser; the meter resumes automatically",
  },
  challenge: {
    means: "claude.ai is asking for a human check (CAPTCHA).",
    step: () => "open claude.ai in that browser, complete the check, then press Refresh in the popup",
  },
  "rate-limited": { means: "claude.ai is rate limiting requests.", step: () => WAIT },
  "no-access": {
    means: "The extension has no access to claude.ai.",
    step: () => "allow site access for claude.ai in the extension's popup",
  },
  offline: {
    means: "The browser cannot reach claude.ai.",
    step: () => "check that browser's network; the meter will retry automatically",
  },
  "server-error": { means: "claude.ai returned a server error.", step: () => WAIT },
  changed: {
    means: "claude.ai sent a response the extension does not understand.",
    step: () => "check for a claude-meter update",
  },
  "no-row": {
    means: "The extension reports no account with a Claude plan.",
    step: () => "sign in to claude.ai in that browser with the account that has the plan",
  },
  "row-incomplete": {
    means: "Part of claude.ai's response is missing or was not understood.",
    step: () => `wait for the next reading; if it persists, ${UPDATE}`,
  },
  "pane-unknown": {
    means: "Claude Code in this pane is signed in to an account that no browser reports.",
    step: () =>
      "sign in to claude.ai with that account, or choose another with --account (`claude-meter accounts` lists them)",
  },
  "pane-ambiguous": {
    means: "There are several accounts, and it is unclear which one this pane uses.",
    step: () => "pass --account with a name from `claude-meter accounts`, or sign in to Claude Code in this pane",
  },
  "pane-credential": {
    means: "A credential or provider stands in the place of this pane's login, so whose quota it spends is unknown.",
    step: () => "set CLAUDE_METER_ACCOUNT in this pane, or pass --account",
  },
  "pane-unreadable": {
    means: "Claude Code's settings cannot be read, so the account of this pane is unknown.",
    step: () => "make `.claude.json` readable and whole, or pass --account",
  },
  "claude-code-silent": {
    means: "Claude Code was asked for its usage and gave none.",
    step: () => "run /usage in Claude Code; when it shows numbers, run `claude-meter refresh`",
  },
  "oauth-refused": {
    means: "The API kept refusing the source oauth, so it is off.",
    step: () => "leave it off, or try again with `claude-meter sources --on oauth`",
  },
  "other-cached-usage": {
    means: "Claude Code's settings hold the usage of another account than the one that is signed in.",
    step: () => "run /usage in Claude Code once; if this stays, sign in anew with /login",
  },
  "row-stale": {
    means: "The newest reading for this pane is more than ten minutes old.",
    step: () => "open the browser and press Refresh in the extension's popup",
  },
  "row-disputed": {
    means: "Claude Code and the extension report different numbers; the higher one counts.",
    step: () => "press Refresh in the extension's popup; if it persists, compare both with claude.ai/settings/usage",
  },
  "hooks-old": {
    means: "An older version of claude-meter set up Claude Code's hooks.",
    step: () => "run `claude-meter setup --claude-code`",
  },
  "schema-drift": {
    means: "claude.ai sends something this version does not recognise.",
    step: () => `${UPDATE}; if it persists, report it with the output of \`claude-meter doctor --json\``,
  },
} as const satisfies Record<string, Finding>;

export type Code = keyof typeof findings;

/** The same table, by every code alike. */
export const findingWords: Readonly<Record<Code, Finding>> = findings;
