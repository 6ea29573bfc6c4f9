// Every source of readings with what it does: reads, is silent and why, or is off. Pure.
import type { Row } from "../../../shared/freshness.ts";
import { isDirect, knownSources } from "../../../shared/sources.ts";
import type { LoginReport, SourceReport } from "../../state/source-report.ts";

export type SourceState = {
  source: string;
  /** direct: read from the server; reported: told by a process that uses Claude. */
  kind: "direct" | "reported";
  /** reading: its newest reading is at most ten minutes old. */
  state: "reading" | "silent" | "off";
  /** Why it is not reading; null while it is. */
  reason: string | null;
  last_reading_at: string | null;
  /** When it is asked again, if somebody wants to know; null for a source that is not asked, or cannot be. */
  next_ask_at: string | null;
  /** The folder of Claude Code's login where it is not the usual one. */
  config_dir: string | null;
};

const YOUNG_MS = 600_000;

type Given = { rows: readonly Pick<Row, "sources">[]; report: SourceReport | undefined; nowMs: number };

export function toSourceStates({ rows, report, nowMs }: Given): SourceState[] {
  const newest = new Map<string, string>();
  for (const { source, observed_at } of rows.flatMap(({ sources }) => sources)) {
    if (observed_at > (newest.get(source) ?? "")) newest.set(source, observed_at);
  }
  const others = [...newest.keys()].filter((source) => !knownSources.includes(source));
  return [...knownSources, ...others].flatMap((source) => {
    const at = newest.get(source) ?? null;
    const isYoung = at !== null && nowMs - Date.parse(at) <= YOUNG_MS;
    const kind = isDirect(source) ? ("direct" as const) : ("reported" as const);
    const common = { source, kind, last_reading_at: at };
    const logins = report?.sources.find((each) => each.source === source)?.logins;
    if (logins) return logins.map((login) => ({ ...common, ...toAsked(login, isYoung) }));
    const isAsked = source === "claude-code" || source === "oauth";
    const reason = isYoung ? null : isAsked ? "bridge-not-running" : at === null ? "never-seen" : "nothing-since";
    return [{ ...common, state: isYoung ? "reading" : "silent", reason, next_ask_at: null, config_dir: null }];
  });
}

function toAsked({ config_dir, reason, next_ask_at }: LoginReport, isYoung: boolean) {
  const isOff = reason === "off" || reason === "refused-for-good";
  const isReading = isYoung && !isOff && next_ask_at !== null;
  const state = isOff ? ("off" as const) : isReading ? ("reading" as const) : ("silent" as const);
  return { state, reason: isReading ? null : (reason ?? "nobody-asks"), next_ask_at, config_dir };
}
