// `claude-meter guard --lease`: the gate, and behind it a lease for the life of another process, by default of whoever started
// guard.
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { honourNohup } from "../../state/hangup.ts";
import { tellWanted } from "../../state/tell-wanted.ts";
import { CliError } from "../cli-error.ts";
import { decideGate } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { toWindowName } from "../gate/watched.ts";
import { formatLeaseWords } from "../lease/format-lease-words.ts";
import type { LeaseText } from "../lease/lease-option-names.ts";
import { toLeaseOptions } from "../lease/lease-options.ts";
import { type LeaseNews, takeLease } from "../lease/take-lease.ts";
import { toDefaultClass } from "../lease/to-class.ts";
import { writeError, writeOut } from "../output.ts";
import type { Options } from "../parse-options.ts";
import { readRow } from "../row/read-row.ts";
import { lookAfterReset } from "./look-after-reset.ts";
import type { GuardEvent, GuardNews } from "./news.ts";
import { waitForGo } from "./wait-for-go.ts";

type Given = Pick<Options<"json", LeaseText | "pid">, "has" | "text">;
type LeaseGuard = { options: GateOptions; account: string | undefined; onNews: (news: GuardNews) => void };

const TERMINATED = 143;

export async function guardWithLease(given: Given, { options, account, onNews }: LeaseGuard): Promise<void> {
  const lease = toLeaseOptions(given);
  const forPid = toPid(given.text("pid"));
  const name = lease.class ?? toDefaultClass(process.cwd(), "shell");
  // Whatever ends the process while it waits must not look like a go.
  process.exitCode = exitCodes.unknown;
  honourNohup();
  const end = (code: number) => {
    const nowMs = Date.now();
    const reading = readRow(account, nowMs);
    onNews({ event: "refused", reason: "interrupted", decision: decideGate(reading, options, nowMs), reading, nowMs });
    process.exit(code);
  };
  process.on("SIGINT", () => end(exitCodes.interrupted));
  process.on("SIGTERM", () => end(TERMINATED));

  let told: string | undefined;
  const onLease = (news: LeaseNews) => {
    const nowMs = Date.now();
    if (given.has("json") && news.kind !== "granted" && news.kind !== "brake") {
      writeOut(`${JSON.stringify(toEvent(news, nowMs))}\n`);
    }
    const words = formatLeaseWords(news, { class: name, onNoLease: lease.onNoLease, nowMs });
    const reason = news.kind === "place" ? `${news.place.blocked_by} ${news.place.window}` : words;
    if (words !== undefined && reason !== told) writeError(`claude-meter: ${words}\n`);
    told = reason;
  };
  let released: GuardNews | undefined;
  const gate = async (hasPlace: boolean) => {
    const { exit } = await waitForGo(hasPlace ? { ...options, spreadMs: 0 } : options, {
      now: Date.now,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      read: () => readRow(account, Date.now()),
      look: lookAfterReset,
      want: tellWanted,
      random: Math.random,
      // The lease has to be granted as well before anybody is let go on.
      onNews: (news) => {
        if (news.event === "released") released = news;
        else onNews(news);
      },
    });
    return exit;
  };
  const wanted = { ...lease, class: name, account, guard: options, needsReadings: true, forPid, label: null };
  const { exit, lease: taken } = await takeLease({ ...wanted, maxStarts: undefined, abort: undefined }, gate, onLease);
  if (exit === "done" && released) onNews(released);
  taken?.end();
  process.exit(exitCodes[exit]);
}

/** The shell or script that goes on when guard says so. */
function toPid(text: string | undefined): number {
  if (text === undefined) return process.ppid;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new CliError("usage", "--pid needs the number of a process, such as $$.");
}

/** The events of the gate, with what only a lease has. */
function toEvent(news: Extract<LeaseNews, { kind: "place" | "refused" | "none" }>, nowMs: number) {
  const none = { position: null, blocked_by: null, window: null, expected_at: null };
  const { position, blocked_by, window, expected_at } =
    news.kind === "place" ? news.place : news.kind === "refused" ? news.refused : none;
  const reason = news.kind === "place" ? "leased" : news.kind === "refused" ? news.refused.reason : "no-lease";
  const event: Omit<GuardEvent, "reason"> = {
    event: news.kind === "refused" ? "refused" : "waiting",
    at: toIso(nowMs),
    window: window === null ? null : toWindowName(window),
    utilization: null,
    resets_at: blocked_by === "window" ? expected_at : null,
    full_at: null,
    resume_at: expected_at,
    fetched_at: null,
  };
  return { ...event, reason, position, blocked_by };
}
