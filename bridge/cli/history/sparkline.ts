// A series over time as one line of blocks, as wide as it is told. Pure.
import type { HistoryPoint } from "../../../shared/history.ts";

export type Span = {
  sinceMs: number;
  untilMs: number;
  /** Between two points further apart than this nobody looked. */
  gapMs: number;
};

/** Below full: only what is full looks full. */
const BLOCKS = "▁▂▃▄▅▆▇";
const FULL = "█";
const RESET = "╵";
/** With a mark under every third column nobody can tell them apart. */
const MAX_MARKED = 1 / 3;

/** The highest value of each stretch of time; blank where nobody looked or nobody knows. */
export function toSparkline(points: readonly HistoryPoint[], span: Span, columns: number): string {
  const highest = new Array<number | null>(columns).fill(null);
  points.forEach(([at, utilization], index) => {
    if (utilization === null) return;
    const next = points[index + 1]?.[0];
    // Only changes are kept, so a value holds until the next point; after the last one nobody knows.
    const until = next !== undefined && next - at <= span.gapMs ? next - 1 : at;
    const last = Math.min(columns - 1, toColumn(until, span, columns));
    for (let column = Math.max(0, toColumn(at, span, columns)); column <= last; column += 1) {
      highest[column] = Math.max(highest[column] ?? 0, utilization);
    }
  });
  return highest.map(toBlock).join("");
}

/** A line with a mark under each reset; "" when there are none, or too many to tell apart. */
export function toResetMarks(resets: readonly number[], span: Span, columns: number): string {
  const marked = new Set(resets.map((ms) => toColumn(ms, span, columns)));
  if (marked.size === 0 || marked.size > columns * MAX_MARKED) return "";
  return Array.from({ length: columns }, (_none, column) => (marked.has(column) ? RESET : " "))
    .join("")
    .trimEnd();
}

function toColumn(ms: number, { sinceMs, untilMs }: Span, columns: number): number {
  return Math.floor(((ms - sinceMs) / (untilMs - sinceMs)) * columns);
}

function toBlock(utilization: number | null): string {
  if (utilization === null) return " ";
  return utilization >= 100 ? FULL : (BLOCKS[Math.floor((utilization / 100) * BLOCKS.length)] ?? " ");
}
