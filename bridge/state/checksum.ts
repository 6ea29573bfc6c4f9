// The checksum of status.json, its last field: a file in which a bit fell over is damaged, and not another number. It proves
// nothing against an attacker, who could write the whole file anew.

const MARK = ',"checksum":"';
const DIGITS = 8;

/** The JSON text of an object, with its checksum. */
export function toCheckedText(value: object): string {
  const text = JSON.stringify(value).slice(0, -1);
  return `${text}${MARK}${toChecksum(text)}"}\n`;
}

/** True also without any: a copy that another tool wrote has none. */
export function hasRightChecksum(text: string): boolean {
  const end = text.length - (text.endsWith("\n") ? 1 : 0) - '"}'.length;
  const at = end - DIGITS - MARK.length;
  // Not by a pattern: to compile one takes half as long as the sum.
  return !text.startsWith(MARK, at) || toChecksum(text.slice(0, at)) === text.slice(end - DIGITS, end);
}

/**
 * FNV-1a over words instead of bytes: no single word can change without it. It needs no module, and a tenth of a
 * millisecond on the CLI's hot path; over characters it takes ten times as long.
 */
function toChecksum(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  const sum = bytes.subarray(words.byteLength).reduce(mix, words.reduce(mix, 0x811c9dc5));
  return (sum >>> 0).toString(16).padStart(DIGITS, "0");
}

function mix(sum: number, part: number): number {
  return Math.imul(sum ^ part, 0x01000193);
}
