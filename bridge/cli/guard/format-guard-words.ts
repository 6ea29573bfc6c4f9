// What a guard tells a person: one line when it starts to wait, when it goes on after that, and when it refuses. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatCountdown, formatDuration, formatPercent } from "../../../shared/format.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import type { Binding, GateDecision } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { toWindowName } from "../gate/watched.ts";
import { type RowReading, toRowName } from "../row/read-row.ts";
import { type GuardNews, toDeciding } from "./news.ts";

export type WordOptions = Pick<GateOptions, "maxPercent" | "moneyMaxPercent" | "maxWaitMs"> & {
  /** Rows by their ids, without e-mail and names. */
  redact?: boolean;
};

/** Undefined when there is nothing to say: going on at once is silent. */
export function formatGuardWords(news: GuardNews, options: WordOptions): string | undefined {
  const { event, reason, decision } = news;
  if (reason === "under" || reason === "interrupted") return undefined;
  const state = formatState(news, options);
  switch (event) {
    case "waiting":
      return `${state}; ${formatPlan(news)}.`;
    case "released":
      return `${state}; going on${decision.verdict === "go" ? "" : ", as --on-unknown says"}.`;
    case "refused":
      return reason === "max-wait" ? `${state}; waited ${formatDuration(options.maxWaitMs)}, giving up.` : state;
  }
}

function formatPlan({ reason, resumeMs, decision, nowMs }: GuardNews): string {
  const isForecast = reason === "forecast";
  if (resumeMs !== undefined) {
    return `waiting until ${formatLocalClock(resumeMs, nowMs)}${isForecast ? " or until usage slows down" : ""}`;
  }
  if (isForecast) return "waiting until usage slows down";
  return decision.verdict === "over" ? "waiting, checking every minute" : "waiting for a reading";
}

function formatState(news: GuardNews, options: WordOptions): string {
  const { decision, reading, nowMs } = news;
  switch (decision.verdict) {
    case "go": {
      const level = toDeciding(news);
      if (!level) return "paid usage is under its limit";
      const slower = news.reason === "slower" ? " and no longer on track to hit the limit" : "";
      return `${toWindowName(level.window)} is at ${formatPercent(level.utilization)} %${slower}`;
    }
    case "over":
      return formatOver(decision.binding, options, nowMs);
    case "doubt":
      return formatDoubt(decision, reading, nowMs, options.redact === true);
  }
}

function formatOver({ window, utilization, resetMs, fullMs }: Binding, options: WordOptions, nowMs: number): string {
  const reset = formatReset(resetMs, nowMs);
  if (fullMs !== undefined) {
    const full = `is on track to hit the limit around ${formatLocalClock(fullMs, nowMs)}`;
    return `${toWindowName(window)} is at ${formatPercent(utilization)} % and ${full}, ${reset}`;
  }
  const isMoney = window === "money";
  const limit = (isMoney ? options.moneyMaxPercent : options.maxPercent) ?? null;
  const level =
    utilization === null ? "used up" : `at ${formatPercent(utilization)} % (limit ${formatPercent(limit)} %)`;
  return `${isMoney ? "paid usage" : toWindowName(window)} is ${level}, ${reset}`;
}

function formatReset(resetMs: number | undefined, nowMs: number): string {
  if (resetMs === undefined) return "reset time unknown";
  return `resets ${formatLocalClock(resetMs, nowMs)} (${formatCountdown(resetMs - nowMs)})`;
}

type DoubtDecision = Extract<GateDecision, { verdict: "doubt" }>;

function formatDoubt(decision: DoubtDecision, reading: RowReading, nowMs: number, redact: boolean): string {
  const window = decision.window === null ? "a window" : toWindowName(decision.window);
  switch (decision.reason) {
    case "no-data":
      return `no reading yet${formatTroubles(reading)}: run \`claude-meter bridge start\` and load the extension`;
    case "damaged":
      return "status.json is damaged: the next reading from the browser replaces it";
    case "unknown-account":
      return `unknown account: no reading for --account, CLAUDE_METER_ACCOUNT or the account this pane is signed in to. Known accounts:${formatRows(reading, redact)}`;
    case "ambiguous-account":
      return `ambiguous account: ${formatCredential(reading)}choose one with --account. Candidates:${formatRows(reading, redact)}`;
    case "unreadable-login":
      return "Claude Code's settings cannot be read, so the account of this pane is unknown: choose one with --account";
    case "future-dated":
      return "the newest reading is dated in the future: check this computer's clock";
    case "stale":
      return `the newest reading${decision.window === null ? "" : ` of ${window}`} is ${formatDuration(nowMs - (decision.fetchedMs ?? nowMs))} old${formatTroubles(reading)}`;
    case "unreadable":
      return `${window} could not be read from the server's response`;
    case "unknown-window":
      return `unknown window ${window}. Available: ${formatWindows(reading)}`;
    case "rolled":
      return `${window} has reset and there is no reading since`;
    case "unknown-value":
      return `the value of ${window} is unknown`;
    case "unknown-money":
      return "the limit of paid usage is unknown";
    case "no-windows":
      return "this account has no rate limits to watch: use --money-max to watch its paid usage";
  }
}

function formatCredential(reading: RowReading): string {
  const setting = "credential" in reading ? reading.credential : undefined;
  return setting === undefined ? "" : `${setting} stands in the place of this pane's login; `;
}

/** Why no newer reading comes, as far as the browsers said. */
function formatTroubles({ installs }: RowReading): string {
  const troubles = installs
    .filter((install) => install.state !== "ok")
    .map((install) => toDisplayText(`${install.browser}: ${install.state}`));
  return troubles.length > 0 ? ` (${troubles.join(", ")})` : "";
}

function formatWindows(reading: RowReading): string {
  const windows = reading.kind === "row" ? reading.row.windows.filter((window) => window.scope !== "pool") : [];
  return windows.map((window) => toWindowName(window.id)).join(", ") || "none";
}

function formatRows(reading: RowReading, redact: boolean): string {
  const rows = "rows" in reading ? reading.rows : [];
  return rows.map((row) => `\n  ${toDisplayText(redact ? row.org_uuid : toRowName(row), 160)}`).join("");
}
