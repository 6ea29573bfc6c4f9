// The lines that a change takes out and puts in, with a few of those around them. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";

type Line = { mark: " " | "-" | "+"; text: string };

const CONTEXT_LINES = 2;
const MAX_CHARACTERS = 200;

export function formatDiff(before: string, after: string): string[] {
  const lines = diffLines(toLines(before), toLines(after));
  const shown = lines.map(
    ({ mark, text }) => `${mark} ${toDisplayText(text.replaceAll("\t", "    "), MAX_CHARACTERS)}`,
  );
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some((line) => line.mark !== " ");
  const near = shown.map((line, index) => (isNear(index) ? line : undefined));
  const body = near.filter((line, index) => line !== undefined || near[index - 1] !== undefined);
  return body.map((line) => line ?? "  …");
}

function toLines(text: string): string[] {
  return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

/** Myers' algorithm: the fewest lines out and in. Its cost grows with the size of the change, not of the file. */
function diffLines(before: readonly string[], after: readonly string[]): Line[] {
  const trail: Map<number, number>[] = [];
  const reach = new Map([[1, 0]]);
  for (let cost = 0; ; cost += 1) {
    trail.push(new Map(reach));
    for (let diagonal = -cost; diagonal <= cost; diagonal += 2) {
      let x = isDown(reach, diagonal, cost) ? at(reach, diagonal + 1) : at(reach, diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      reach.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(before, after, trail);
    }
  }
}

function walkBack(before: readonly string[], after: readonly string[], trail: readonly Map<number, number>[]): Line[] {
  const lines: Line[] = [];
  let x = before.length;
  let y = after.length;
  for (const [cost, reach] of [...trail.entries()].toReversed()) {
    const isInsertion = isDown(reach, x - y, cost);
    const previous = x - y + (isInsertion ? 1 : -1);
    const fromX = cost === 0 ? 0 : at(reach, previous);
    const fromY = cost === 0 ? 0 : fromX - previous;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      lines.push({ mark: " ", text: before[x] ?? "" });
    }
    if (cost === 0) break;
    lines.push(isInsertion ? { mark: "+", text: after[fromY] ?? "" } : { mark: "-", text: before[fromX] ?? "" });
    x = fromX;
    y = fromY;
  }
  return lines.toReversed();
}

function isDown(reach: ReadonlyMap<number, number>, diagonal: number, cost: number): boolean {
  return diagonal === -cost || (diagonal !== cost && at(reach, diagonal - 1) < at(reach, diagonal + 1));
}

function at(reach: ReadonlyMap<number, number>, diagonal: number): number {
  return reach.get(diagonal) ?? 0;
}
