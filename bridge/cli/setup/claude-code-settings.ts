// What setup puts into the text of Claude Code's settings.json, and what uninstall takes out of it. Pure.
import { CliError } from "../cli-error.ts";
import { addMember, removeMember, replaceValue } from "./edit-json.ts";
import { findMember, type JsonMember, type JsonNode, parseJsonTree } from "./json-tree.ts";
import { parseOwnCommand, toCurrentCommand, toOutliving } from "./own-command.ts";

export type SettingsText = { text: string; hasForeignStatusLine: boolean };

/** Longer than a call ever takes; Claude Code goes on without a hook that is late. */
const HOOK_TIMEOUT_SECONDS = 10;
/** An automatic continuation is held for at most five quarters of the spread, so that a busy machine has time left. */
const STAGGER = { option: " --spread 40s", timeoutSeconds: 60 };
/** An idle session paints again after this, so that an old number can be seen to be old. */
const REFRESH_SECONDS = 60;

const hooks = [
  {
    event: "UserPromptSubmit",
    rest: ` hook user-prompt${STAGGER.option}`,
    timeout: STAGGER.timeoutSeconds,
    filter: {},
  },
  { event: "PreToolUse", rest: " hook pre-tool", timeout: HOOK_TIMEOUT_SECONDS, filter: { matcher: "*" } },
  { event: "Stop", rest: " hook stop", timeout: HOOK_TIMEOUT_SECONDS, filter: {} },
  {
    event: "StopFailure",
    rest: " hook stop-failure",
    timeout: HOOK_TIMEOUT_SECONDS,
    filter: { matcher: "rate_limit" },
  },
  {
    event: "SessionStart",
    rest: " hook session-start",
    timeout: HOOK_TIMEOUT_SECONDS,
    filter: { matcher: "startup" },
  },
] as const;

/** What the installed Claude Code takes: older ones reject the file for a hook of another name. */
export type Client = { knowsStopFailure: boolean };

export function toStatusLine(program: string) {
  return { type: "command", command: `${program} statusline`, refreshInterval: REFRESH_SECONDS };
}

/** Adds what is not there yet, and brings our own commands up to date. Throws CliError on a text it cannot edit. */
export function addToSettings(text: string, program: string, client: Client): SettingsText {
  let edited = text.trim() === "" ? "{}\n" : text;
  for (const { event, rest, timeout, filter } of listMissingHooks(edited, client)) {
    const command = event === "StopFailure" ? toOutliving(program + rest) : program + rest;
    const hook = { type: "command", command, timeout };
    edited = addHookGroup(edited, event, { ...filter, hooks: [hook] });
  }
  const statusLine = findMember(readSettings(edited), "statusLine");
  if (!statusLine) edited = addMember(edited, readSettings(edited), "statusLine", toStatusLine(program));
  return {
    text: updatePrograms(updatePrompt(edited), program),
    hasForeignStatusLine: statusLine !== undefined && !parseOwnCommand(findCommand(statusLine.node)?.value),
  };
}

/** The events that an older setup left out or wrote differently; undefined when there is nothing of ours in the text. */
export function listOutdated(text: string, client: Client): string[] | undefined {
  if (findProgramIn(text) === undefined) return undefined;
  const missing = listMissingHooks(text, client).map(({ event }) => event);
  return updatePrompt(text) === text ? missing : [...missing, "UserPromptSubmit"];
}

function listMissingHooks(text: string, { knowsStopFailure }: Client) {
  const root = readSettings(text);
  const own = new Set(listOwnHooks(root).map(({ event }) => event.key));
  const events = findMember(root, "hooks")?.node;
  return hooks.filter(({ event }) => {
    // Where somebody else's is there, it is known. A new session is told only of what StopFailure wrote down.
    const isKnown =
      !(event === "StopFailure" || event === "SessionStart") ||
      knowsStopFailure ||
      (events && findMember(events, "StopFailure"));
    return isKnown && !own.has(event);
  });
}

/** The text without anything of ours, and without the empty lists that this leaves. */
export function removeFromSettings(text: string): string {
  if (text.trim() === "") return text;
  const root = readSettings(text);
  const [own] = listOwnHooks(root);
  if (own) return removeFromSettings(removeHook(text, own));
  const statusLine = findMember(root, "statusLine");
  const isOwn = statusLine && parseOwnCommand(findCommand(statusLine.node)?.value);
  return isOwn ? removeMember(text, root, statusLine) : text;
}

/** False only when there can be no command of ours in the text, whether or not it is JSON. */
export function mayNameUs(text: string): boolean {
  return /claude-meter|cli\.js/.test(text);
}

/** The program that our own commands in the text start, if there are any. */
export function findProgramIn(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  return listOwnCommands(readSettings(text)).flatMap((node) => parseOwnCommand(node.value)?.program ?? [])[0];
}

function readSettings(text: string): JsonNode {
  let root: JsonNode;
  try {
    root = parseJsonTree(text);
  } catch {
    throw new CliError("unknown", "it is not valid JSON, so Claude Code cannot read it either.");
  }
  const events = findMember(root, "hooks")?.node;
  const isShaped =
    root.kind === "object" &&
    (!events || events.kind === "object") &&
    hooks.every(({ event }) => ((events && findMember(events, event)?.node.kind) ?? "array") === "array");
  if (!isShaped) throw new CliError("unknown", "its hooks are not in the format Claude Code expects.");
  return root;
}

function addHookGroup(text: string, event: string, group: unknown): string {
  const root = readSettings(text);
  const events = findMember(root, "hooks");
  if (!events) return addMember(text, root, "hooks", { [event]: [group] });
  const groups = findMember(events.node, event);
  if (!groups) return addMember(text, events.node, event, [group]);
  return addMember(text, groups.node, undefined, group);
}

/** One of our hooks with all that it stands in. */
type OwnHook = {
  root: JsonNode;
  events: JsonMember;
  event: JsonMember;
  group: JsonMember;
  list: JsonNode;
  hook: JsonMember;
};

function listOwnHooks(root: JsonNode): OwnHook[] {
  const events = findMember(root, "hooks");
  if (!events) return [];
  return events.node.members.flatMap((event) =>
    event.node.members.flatMap((group) => {
      const list = findMember(group.node, "hooks")?.node;
      if (!list) return [];
      const own = list.members.filter((hook) => parseOwnCommand(findCommand(hook.node)?.value));
      return own.map((hook) => ({ root, events, event, group, list, hook }));
    }),
  );
}

/** The outermost thing that holds nothing but this hook. */
function removeHook(text: string, { root, events, event, group, list, hook }: OwnHook): string {
  if (list.members.length > 1) return removeMember(text, list, hook);
  if (event.node.members.length > 1) return removeMember(text, event.node, group);
  if (events.node.members.length > 1) return removeMember(text, events.node, event);
  return removeMember(text, root, events);
}

/** Older setups gave the hook no time to stagger a continuation; who has changed that time has chosen it. */
function updatePrompt(text: string): string {
  for (const { event, hook } of listOwnHooks(readSettings(text))) {
    const command = findCommand(hook.node);
    const timeout = findMember(hook.node, "timeout")?.node;
    const [, before, options] = /^(.* hook user-prompt)((?: .*)?)$/s.exec(String(command?.value)) ?? [];
    const isOld = event.key === "UserPromptSubmit" && timeout?.value === HOOK_TIMEOUT_SECONDS;
    if (!command || !isOld || before === undefined || options?.includes("--spread")) continue;
    // The one that stands further back first: the other keeps its place.
    const edits = [
      { node: command, value: `${before}${STAGGER.option}${options}` },
      { node: timeout, value: STAGGER.timeoutSeconds },
    ].sort((a, b) => b.node.start - a.node.start);
    return updatePrompt(edits.reduce((edited, { node, value }) => replaceValue(edited, node, value), text));
  }
  return text;
}

function updatePrograms(text: string, program: string): string {
  for (const node of listOwnCommands(readSettings(text))) {
    const own = parseOwnCommand(node.value);
    const current = own && toCurrentCommand(own, program);
    if (current !== undefined && current !== node.value) {
      return updatePrograms(replaceValue(text, node, current), program);
    }
  }
  return text;
}

function listOwnCommands(root: JsonNode): JsonNode[] {
  const holders = [...listOwnHooks(root).map(({ hook }) => hook.node), findMember(root, "statusLine")?.node];
  const commands = holders.flatMap((node) => (node && findCommand(node)) ?? []);
  return commands.filter((node) => parseOwnCommand(node.value));
}

function findCommand(node: JsonNode): JsonNode | undefined {
  return findMember(node, "command")?.node;
}
