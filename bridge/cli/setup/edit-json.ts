// Edits of a JSON text that touch nothing but what they are about: no key moves, no indentation or line end changes. Pure.
import type { JsonMember, JsonNode } from "./json-tree.ts";

/** The text with one member more, behind the last one and in the manner of those that are there. */
export function addMember(text: string, container: JsonNode, key: string | undefined, value: unknown): string {
  const { unit, lineEnd, isEmpty } = readStyle(text);
  const last = container.members.at(-1);
  const isSpread = last
    ? text.slice(container.start, last.start).includes("\n")
    : isEmpty || text.trim().includes("\n");
  const outer = readIndent(text, container.start);
  const inner = last ? readIndent(text, last.start) : outer + unit;
  const space = isSpread || /":\s/.test(text) ? " " : "";
  const name = key === undefined ? "" : `${JSON.stringify(key)}:${space}`;
  const lines = JSON.stringify(value, null, isSpread ? unit : "").split("\n");
  const written = name + lines.join(`${lineEnd}${inner}`);
  if (last) return replace(text, last.node.end, last.node.end, `,${isSpread ? lineEnd + inner : space}${written}`);
  const inside = isSpread ? `${lineEnd}${inner}${written}${lineEnd}${outer}` : written;
  return replace(text, container.start + 1, container.end - 1, inside);
}

/** The text without this member, and without the comma that it brought. */
export function removeMember(text: string, container: JsonNode, member: JsonMember): string {
  const index = container.members.indexOf(member);
  const previous = container.members[index - 1];
  const following = container.members[index + 1];
  if (previous) return replace(text, previous.node.end, member.node.end, "");
  if (following) return replace(text, member.start, following.start, "");
  return replace(text, container.start + 1, container.end - 1, "");
}

export function replaceValue(text: string, node: JsonNode, value: string | number): string {
  return replace(text, node.start, node.end, JSON.stringify(value));
}

function replace(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** How the file is written; one without anything in it is written as Claude Code writes its own. */
function readStyle(text: string): { unit: string; lineEnd: string; isEmpty: boolean } {
  return {
    unit: /^\s*\{\s*\n([ \t]+)"/.exec(text)?.[1] ?? "  ",
    lineEnd: text.includes("\r\n") ? "\r\n" : "\n",
    isEmpty: /^\s*\{\s*\}\s*$/.test(text),
  };
}

/** The white space that the line of this place begins with. */
function readIndent(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? "";
}
