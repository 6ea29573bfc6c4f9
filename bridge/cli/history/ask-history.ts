// Asks the bridge for history, in pieces that it answers whole. Its answer is checked by hand: a schema library takes
// longer to load than the rest of the command.
import type { History, Series } from "../../../shared/history.ts";
import { type HistoryQuestion, toHistoryTarget } from "../../../shared/history-question.ts";
import { joinStretches } from "../../../shared/point-source.ts";
import { toResets } from "../../../shared/resets.ts";
import type { StoredRow } from "../../../shared/row.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { CliError } from "../cli-error.ts";

/** Between two of its points further apart than `gap_ms` nobody looked. */
export type SeenSeries = Series & Pick<History, "gap_ms">;

export type SeriesQuestion = Pick<HistoryQuestion, "sinceMs" | "untilMs" | "maxPoints"> & {
  windows?: readonly string[] | undefined;
};
type Named = Pick<StoredRow, "org_uuid" | "account_uuid">;

/** The bridge answers a quarter of a million points at once; this many days of one row are never so many. */
const PIECE_MS = 7 * 86_400_000;

/** The history of one row, a series per window. Throws CliError "unknown" when no bridge of this version answers. */
export async function askHistory(row: Named, asked: SeriesQuestion): Promise<SeenSeries[]> {
  const { windows, sinceMs, untilMs, maxPoints } = asked;
  const [only] = windows?.length === 1 ? windows : [];
  const question = { ...toRowQuestion(row), ...(only === undefined ? {} : { window: only }) };
  const pieces: History[] = [];
  if (maxPoints !== undefined) pieces.push(await askOnce({ ...question, sinceMs, untilMs, maxPoints }));
  else {
    for (let fromMs = sinceMs; fromMs < untilMs; fromMs += PIECE_MS) {
      pieces.push(await askOnce({ ...question, sinceMs: fromMs, untilMs: Math.min(untilMs, fromMs + PIECE_MS) }));
    }
  }
  const isAsked = (series: Series) =>
    series.account_uuid === row.account_uuid && (windows === undefined || windows.includes(series.window));
  return joinPieces(
    pieces.flatMap(({ gap_ms, series }) =>
      series.filter(isAsked).map((each) => ({ ...each, gap_ms: each.is_exact ? gap_ms : gap_ms + toStretchMs(asked) })),
    ),
  );
}

function toRowQuestion({ org_uuid, account_uuid }: Named) {
  return account_uuid === null ? { org_uuid } : { org_uuid, account_uuid };
}

/** Of each stretch of time two points came: neighbours of two stretches are no gap. */
function toStretchMs({ sinceMs, untilMs, maxPoints = 2 }: SeriesQuestion): number {
  return 2 * ((untilMs - sinceMs) / (maxPoints / 2));
}

/** A reset between two pieces is seen only in both together. */
function joinPieces(pieces: readonly SeenSeries[]): SeenSeries[] {
  const joined = new Map<string, SeenSeries[]>();
  for (const piece of pieces) joined.set(piece.window, [...(joined.get(piece.window) ?? []), piece]);
  return [...joined.values()].flatMap((parts) => {
    const newest = parts.at(-1);
    if (newest === undefined || parts.length === 1) return newest ?? [];
    const points = parts.flatMap((part) => part.points);
    return { ...newest, points, ...joinStretches(parts), resets: toResets(points) };
  });
}

async function askOnce(question: HistoryQuestion): Promise<History> {
  const answer = await askBridge("GET", toHistoryTarget(question)).catch((error: unknown) => {
    throw new CliError("unknown", `${error instanceof Error ? error.message : String(error)}: ${RESTART}`);
  });
  if (answer === undefined) {
    throw new CliError(
      "unknown",
      "the bridge is not running, and only it can read the history: start it with `claude-meter bridge start`.",
    );
  }
  if (!isHistory(answer))
    throw new CliError("unknown", `the bridge gave an answer that this version does not understand: ${RESTART}`);
  return answer;
}

const RESTART = "restart it with `claude-meter bridge stop` and `claude-meter bridge start`.";

type Fields = Record<string, unknown>;

function isHistory(value: unknown): value is History {
  return isFields(value) && value["schema"] === 1 && isNumber(value["gap_ms"]) && isArrayOf(value["series"], isSeries);
}

function isSeries(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value["org_uuid"] === "string" &&
    (value["account_uuid"] === null || typeof value["account_uuid"] === "string") &&
    typeof value["window"] === "string" &&
    typeof value["label"] === "string" &&
    typeof value["is_exact"] === "boolean" &&
    isArrayOf(value["points"], isPoint) &&
    (value["sources"] === undefined || isArrayOf(value["sources"], isStretch)) &&
    isArrayOf(value["resets"], isNumber)
  );
}

function isStretch(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isNumber(value[0]) && typeof value[1] === "string";
}

function isPoint(value: unknown): boolean {
  const isTriple = Array.isArray(value) && value.length === 3;
  return isTriple && isNumber(value[0]) && value.every((each) => each === null || isNumber(each));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArrayOf(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}
