// The checksum of status.json, its last field: a file in which a bit fell over is damaged, and not another number. It proves
// nothing against an attacker, who could write the whole file anew.

const CHECKSUM = /,"checksum":"([0-9a-f]{8})"\}\n?$/;
/** More than a checksum takes. */
const TAIL_BYTES = 40;

/** The JSON text of an object, with its checksum. */
export function toCheckedText(value: object): string {
  const text = JSON.stringify(value).slice(0, -1);
  return `${text},"checksum":"${toChecksum(Buffer.from(text))}"}\n`;
}

/** True also without any: a copy that another tool wrote has none. */
export function hasRightChecksum(bytes: Buffer): boolean {
  const found = CHECKSUM.exec(bytes.toString("latin1", Math.max(0, bytes.length - TAIL_BYTES)));
  return !found || toChecksum(bytes.subarray(0, bytes.length - found[0].length)) === found[1];
}

/**
 * FNV-1a over words instead of bytes: no single word can change without it. It needs no module, and a tenth of a
 * millisecond on the CLI's hot path; over characters it takes ten times as long.
 */
function toChecksum(bytes: Buffer): string {
  const rest = bytes.length % 4;
  const end = bytes.byteOffset + bytes.length - rest;
  let sum = 0x811c9dc5;
  for (const part of [new Int32Array(bytes.buffer.slice(bytes.byteOffset, end)), bytes.subarray(bytes.length - rest)])
    for (let at = 0; at < part.length; at += 1) sum = Math.imul(sum ^ (part[at] ?? 0), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, "0");
}
