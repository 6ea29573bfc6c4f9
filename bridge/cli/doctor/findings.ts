// Everything that doctor can find wrong: a code for scripts, what it means, and the one step that mends it.
import { pollStateWords } from "../../../shared/poll-state.ts";
import { SQLITE_STEP } from "../../state/sqlite.ts";

type Finding = {
  means: string;
  /** `about` is what it was found at: a path, a process, a browser. */
  step: (about: string) => string;
};

const START = "run `claude-meter bridge start`";
const RESTART = "run `claude-meter bridge stop`, then `claude-meter bridge start`";
const SETUP = "run `claude-meter setup`";
const LOAD = "load or reload the extension in your browser's extension page, with the browser open";
const UPDATE = "update claude-meter on this computer";

const findings = {
  "node-old": {
    means: "This Node is older than claude-meter can run on.",
    step: () => "install Node 20.19 or newer, then run `claude-meter setup`, so that browsers use it too",
  },
  "sqlite-missing": {
    means: "Node has no SQLite of its own, and the package that stands in for it is not installed.",
    step: () => SQLITE_STEP,
  },
  "sqlite-old": {
    means: "This SQLite can lose committed writes (fixed in 3.51.3, 3.50.7 and 3.44.6).",
    step: () => "update Node to 22.22.3, 24.15 or newer",
  },
  "state-folder-too-long": {
    means: "The state folder's path is too long for the bridge's socket.",
    step: () => "set CLAUDE_METER_HOME to a shorter path",
  },
  "state-folder-missing": {
    means: "There is no state folder: the bridge has never run here.",
    step: () => START,
  },
  "state-folder-unsafe": {
    means: "The state folder is a link, a file, or another user's, so it is not used.",
    step: (path) => `remove ${path}, or set CLAUDE_METER_HOME to a folder of your own`,
  },
  "state-folder-open": {
    means: "Other users of this computer may enter the state folder.",
    step: (path) => `run \`chmod 700 ${path}\``,
  },
  "state-folder-read-only": {
    means: "Nothing can be written into the state folder.",
    step: (path) => `run \`chmod u+rwx ${path}\`; when its disk is mounted read-only, set CLAUDE_METER_HOME to another`,
  },
  "disk-full": {
    means: "The disk of the state folder is full, or nearly: new readings wait in the extension.",
    step: () => "free some space; nothing else is needed",
  },
  "state-file-unsafe": {
    means: "Something in the state folder is a link, a folder, a pipe, or another user's.",
    step: (path) => `remove ${path}`,
  },
  "state-file-open": {
    means: "Other users of this computer may read a file of the bridge.",
    step: (path) => `run \`chmod 600 ${path}\``,
  },
  "status-damaged": {
    means: "status.json is damaged, so no number can be read.",
    step: () => `${RESTART}: the file is set aside and the next reading fills a new one`,
  },
  "keys-damaged": {
    means: "keys.json is damaged, so no browser can prove itself.",
    step: () => `${RESTART}: the file is set aside and browsers pair again by themselves`,
  },
  "state-newer": {
    means: "A newer claude-meter wrote this state, and this one can not read it.",
    step: () => UPDATE,
  },
  "bridge-stopped": {
    means: "The bridge was stopped by hand, so browsers do not start it.",
    step: () => START,
  },
  "bridge-not-running": {
    means: "The bridge is not running: readings wait in the extension.",
    step: () => START,
  },
  "bridge-silent": {
    means: "The bridge runs and does not answer.",
    step: (pid) => `end its process${pid ? ` (\`kill -9 ${pid}\`)` : ""}, then ${START}`,
  },
  "socket-missing": {
    means: "The bridge runs, but its socket is gone from the state folder.",
    step: (pid) => `run \`kill ${pid}\`, then \`claude-meter bridge start\``,
  },
  "bridge-other-version": {
    means: "The bridge that runs is of another version than this command.",
    step: () => RESTART,
  },
  "port-taken": {
    means: "Another program has the bridge's port, so no reading arrives.",
    step: (owner) => `end ${owner}; the bridge takes the port within seconds`,
  },
  "port-changed": {
    means: "CLAUDE_METER_PORT is set, and the extension only knows the port 63762.",
    step: () => "unset CLAUDE_METER_PORT, then run `claude-meter bridge stop` and `claude-meter bridge start`",
  },
  "clock-behind": {
    means: "This computer's clock is behind: readings are dated ahead of it.",
    step: () => "set this computer's clock (its time service may be off)",
  },
  "clock-ahead": {
    means: "The polls go well and yet every reading is old: this computer's clock is ahead of claude.ai's.",
    step: () => "set this computer's clock (its time service may be off), then press Refresh in the popup",
  },
  "browser-none": {
    means: "No Chromium browser is in its usual place.",
    step: () =>
      "install one (Chrome, Arc, Brave, Edge, Vivaldi, Chromium), or name its folder: `claude-meter setup --browser-dir <folder>`",
  },
  "native-host-missing": {
    means: "A browser was not told how to start the bridge.",
    step: () => SETUP,
  },
  "native-host-broken": {
    means: "What the browser would start to reach the bridge is gone or does not run.",
    step: () => SETUP,
  },
  "not-paired": {
    means: "No browser is paired with the bridge.",
    step: () => `${LOAD}; it pairs by itself, or with the code of \`claude-meter pair\``,
  },
  "extension-not-seen": {
    means: "No extension has reported yet.",
    step: () => `${LOAD}, and look into its popup`,
  },
  "extension-silent": {
    means: "The extension has not reported for more than ten minutes.",
    step: (browser) => `open ${browser}; if it is open, the extension's popup says what is wrong`,
  },
  "extension-old": {
    means: "The extension is older than this command.",
    step: (browser) => `press reload on claude-meter in ${browser}'s extension page`,
  },
  "extension-newer": {
    means: "The extension is newer than this command.",
    step: () => UPDATE,
  },
  "signed-out": { means: "The browser is signed out of claude.ai.", step: () => pollStateWords["signed-out"] },
  challenge: { means: "claude.ai wants to see a human.", step: () => pollStateWords.challenge },
  "rate-limited": { means: "claude.ai asked for fewer requests.", step: () => pollStateWords["rate-limited"] },
  "no-access": { means: "The extension may not read claude.ai.", step: () => pollStateWords["no-access"] },
  offline: { means: "The browser can not reach claude.ai.", step: () => pollStateWords.offline },
  "server-error": { means: "claude.ai has a fault.", step: () => pollStateWords["server-error"] },
  changed: { means: "claude.ai answers in an unknown form.", step: () => pollStateWords.changed },
  "no-row": {
    means: "The extension reports, but no account with a Claude plan.",
    step: () => "sign in to claude.ai in that browser with the account that has the plan",
  },
  "row-incomplete": {
    means: "A part of claude.ai's answer is missing or was not understood.",
    step: () => `nothing, if it goes away by itself; else ${UPDATE}`,
  },
  "pane-unknown": {
    means: "Claude Code in this pane is signed in to an account that no browser reports.",
    step: () =>
      "sign in to claude.ai with that account, or name another one: `claude-meter accounts` lists them for --account",
  },
  "pane-ambiguous": {
    means: "There are several accounts, and this pane does not say which one is meant.",
    step: () => "pass --account with a name from `claude-meter accounts`, or sign in with Claude Code in this pane",
  },
  "row-stale": {
    means: "The newest reading for this pane is more than ten minutes old.",
    step: () => "open the browser and press Refresh in the extension's popup",
  },
  "row-disputed": {
    means: "Claude Code heard another number than the extension; the higher one counts.",
    step: () => "press Refresh in the extension's popup; if it stays, compare both with claude.ai/settings/usage",
  },
  "schema-drift": {
    means: "claude.ai sends something that this version has no word for.",
    step: () => `${UPDATE}; if it stays, report it with the output of \`claude-meter doctor --json\``,
  },
} as const satisfies Record<string, Finding>;

export type Code = keyof typeof findings;

/** The same table, by every code alike. */
export const findingWords: Readonly<Record<Code, Finding>> = findings;
