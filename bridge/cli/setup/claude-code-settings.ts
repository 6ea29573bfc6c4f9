// What setup puts into the text of Claude Code's settings.json, and what uninstall takes out of it. Pure.
import { CliError } from "../cli-error.ts";
import { addMember, removeMember, replaceValue } from "./edit-json.ts";
import { findMember, type JsonMember, type JsonNode, parseJsonTree } from "./json-tree.ts";
import { parseOwnCommand, toCurrentCommand } from "./own-command.ts";

export type SettingsText = { text: string; hasForeignStatusLine: boolean };

/** Longer than a call ever takes; Claude Code goes on without a hook that is late. */
const HOOK_TIMEOUT_SECONDS = 10;
/** An idle session paints again after this, so that an old number can be seen to be old. */
const REFRESH_SECONDS = 60;

const hooks = [
  { event: "UserPromptSubmit", verb: "user-prompt", filter: {} },
  { event: "PreToolUse", verb: "pre-tool", filter: { matcher: "*" } },
  { event: "Stop", verb: "stop", filter: {} },
] as const;

export function toStatusLine(program: string) {
  return { type: "command", command: `${program} statusline`, refreshInterval: REFRESH_SECONDS };
}

/** Adds what is not there yet, and brings our own commands up to date. Throws CliError on a text it cannot edit. */
export function addToSettings(text: string, program: string): SettingsText {
  let edited = text.trim() === "" ? "{}\n" : text;
  for (const { event, verb, filter } of hooks) {
    const hook = { type: "command", command: `${program} hook ${verb}`, timeout: HOOK_TIMEOUT_SECONDS };
    if (!listOwnHooks(readSettings(edited)).some((own) => own.event.key === event)) {
      edited = addHookGroup(edited, event, { ...filter, hooks: [hook] });
    }
  }
  const statusLine = findMember(readSettings(edited), "statusLine");
  if (!statusLine) edited = addMember(edited, readSettings(edited), "statusLine", toStatusLine(program));
  return {
    text: updatePrograms(edited, program),
    hasForeignStatusLine: statusLine !== undefined && !parseOwnCommand(findCommand(statusLine.node)?.value),
  };
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
