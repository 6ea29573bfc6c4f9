// An event as the words that are sent, with names or without. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import type { Notice, NoticeRow } from "../../../shared/notices/decide-notices.ts";
import { formatNotices } from "../../../shared/notices/format-notice.ts";
import type { formatRowName } from "../../../shared/row-name.ts";
import type { NoticeWords } from "../../state/notify/send-notice.ts";
import type { EventKind } from "../../state/notify/targets.ts";
import type { RunNotice } from "./decide-run-notices.ts";

export type NamedRow = NoticeRow & Parameters<typeof formatRowName>[0];

export type NotifyEvent =
  | { kind: Notice<NamedRow>["kind"]; notice: Notice<NamedRow>; hasRows: "one" | "several" }
  | { kind: RunNotice["kind"]; run: RunNotice["run"] }
  | { kind: "lost" };

const urgent: readonly EventKind[] = ["critical", "failed", "lost"];
const usualLabels: Readonly<Record<string, string>> = { five_hour: "5-hour", seven_day: "weekly" };

export function formatEvent(event: NotifyEvent, names: boolean, nowMs: number): NoticeWords {
  return { ...toWords(event, names, nowMs), isUrgent: urgent.includes(event.kind) };
}

function toWords(event: NotifyEvent, names: boolean, nowMs: number): { title: string; message: string } {
  switch (event.kind) {
    case "lost":
      return {
        title: "claude-meter reads nothing",
        message: "Work is under way and no reading came for ten minutes: is the browser open and signed in?",
      };
    case "stalled":
    case "failed":
    case "done":
      return toRunWords(event.kind, event.run, names, nowMs);
    default: {
      const notice = names ? event.notice : withoutNames(event.notice);
      const { title, message } = formatNotices([notice], event.hasRows, nowMs);
      return { title: `Claude ${title}`, message };
    }
  }
}

/** Which of several it is can be told by the head of its id; a label may be any text of the server. */
function withoutNames({ row, window, kind }: Notice<NamedRow>): Notice<NamedRow> {
  const anonymous = { ...row, org_name: null, account_email: null, org_uuid: row.org_uuid.slice(0, 8) };
  return { kind, row: anonymous, window: { ...window, label: usualLabels[window.id] ?? window.id } };
}

function toRunWords(kind: RunNotice["kind"], run: RunNotice["run"], names: boolean, nowMs: number) {
  const name = names ? toDisplayText(run.label ?? run.command, 60) : `run ${run.id}`;
  const since = `Started ${formatLocalClock(Date.parse(run.started_at), nowMs)}.`;
  if (kind === "done") return { title: `${name} is done`, message: since };
  if (kind === "stalled") return { title: `${name} has stalled`, message: `No output for a while. ${since}` };
  return { title: `${name} ${run.state === "dead" ? "died" : "failed"}`, message: `${toFailure(run)} ${since}` };
}

function toFailure({ state, exit_code: code, reason }: RunNotice["run"]): string {
  if (state === "dead") return "It was killed, or its machine was stopped.";
  if (reason === "held-back") return "A hook held its work back.";
  if (reason === "limit" || code === 75) return "It stopped at a usage limit.";
  return code === null ? "It was ended by a signal." : `Exit code ${code}.`;
}
