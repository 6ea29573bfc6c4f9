// What a run or a guard tells a person about its lease. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { toWindowName } from "../gate/watched.ts";
import type { NoLease, Place, Refused } from "./open-lease.ts";
import type { LeaseNews } from "./take-lease.ts";

export type LeaseWordOptions = { class: string; onNoLease: "go" | "fail"; nowMs: number };

/** Undefined when there is nothing to say: a lease that is granted at once is silent. */
export function formatLeaseWords(news: LeaseNews, options: LeaseWordOptions): string | undefined {
  switch (news.kind) {
    case "granted":
      return undefined;
    case "place":
      return formatPlace(news.place, options.nowMs);
    case "refused":
      return formatRefused(news.refused, options);
    case "none":
      return `no lease: ${noLeaseWords[news.why]}${options.onNoLease === "go" ? "; going on by the gate alone" : ""}`;
    case "brake":
      return "more is owed to running work than is left: this run is told to hand over";
  }
}

const noLeaseWords: Readonly<Record<NoLease | "no-row", string>> = {
  absent: "the bridge is not running",
  gone: "the bridge does not answer",
  older: "the bridge is older than this command",
  "no-row": "nothing is known of the account",
};

/** Its own gate speaks for itself, and a moment after a reset is not worth a word. */
function formatPlace(
  { position, blocked_by, window, expected_at }: Pick<Place, "position" | "blocked_by" | "window" | "expected_at">,
  nowMs: number,
): string | undefined {
  const place = `number ${position ?? 1} in the queue`;
  switch (blocked_by) {
    case "window":
      return `${formatShort(window, expected_at, nowMs)}; ${place}, waiting`;
    case "stale":
      return `no fresh reading; ${place}, waiting`;
    case "queue":
      return `others come first; ${place}, waiting`;
    case "gate":
    case "turn":
    case "restart":
    case null:
      return undefined;
  }
}

function formatShort(window: string | null, expectedAt: string | null, nowMs: number): string {
  const name = window === null ? "a window" : toWindowName(window);
  const reset = expectedAt === null ? "" : `, resets ${formatLocalClock(Date.parse(expectedAt), nowMs)}`;
  return `what is left of ${name} is needed by work under way${reset}`;
}

function formatRefused(refused: Refused, { class: name, nowMs }: LeaseWordOptions): string {
  switch (refused.reason) {
    case "leased":
      return refused.blocked_by === "window"
        ? formatShort(refused.window, refused.expected_at, nowMs)
        : (formatPlace(refused, nowMs) ?? "others come first").replace(", waiting", "");
    case "max-starts": {
      const by = refused.started_by ? `, last by ${toDisplayText(refused.started_by)}` : "";
      return `${name} was started ${refused.starts ?? "too many"} times lately${by}: that is more than --max-starts allows`;
    }
    case "ended":
      return "the lease was ended by `claude-meter leases end`";
    case "unknown-row":
      return noLeaseWords["no-row"];
  }
}
