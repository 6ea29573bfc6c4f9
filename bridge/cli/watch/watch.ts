// `claude-meter watch`: the rows on a screen of their own, told by the bridge's live channel. While there is no bridge it
// reads the file, where old values grow stale by themselves.
import { type Row, toRow } from "../../../shared/freshness.ts";
import type { Status } from "../../../shared/row.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { endAtOnce } from "../end-like.ts";
import { askHistory } from "../history/ask-history.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { selectRows, toAccount } from "../row/read-row.ts";
import { toTerminal } from "../terminal.ts";
import { decideEvents, type Shown, type WatchEvent } from "./decide-events.ts";
import { type Listening, listen } from "./listen.ts";
import { type Key, parseKeys } from "./parse-keys.ts";
import { type Connection, renderWatch } from "./render-watch.ts";
import { createScreen } from "./screen.ts";
import { appendRows, mergeHistory, type Traces } from "./traces.ts";

const TICK_MS = 1_000;
const MAX_RETRY_MS = 10_000;
const KEPT_EVENTS = 50;
/** Two sparklines: of the last hours exact, of the week as fine as a line can show. */
const RECENT_MS = 6 * 3_600_000;
const WEEK_MS = 7 * 86_400_000;
const WEEK_POINTS = 600;

export const watchOptionNames = {
  command: "watch",
  flags: ["redact", "no-color"],
  texts: ["account"],
} as const satisfies OptionNames;

type WatchOptions = { account: string | undefined; redact: boolean; noColour: boolean };

export async function runWatch(args: string[]): Promise<void> {
  const given = parseOptions(args, watchOptionNames);
  if (!process.stdout.isTTY || process.env["TERM"] === "dumb") {
    throw new CliError(
      "usage",
      "watch needs a terminal on stdout: use `claude-meter --json` or `claude-meter line` instead.",
    );
  }
  const screen = createScreen();
  process.on("exit", screen.leave);
  try {
    await watch(
      { account: toAccount(given.text("account")), redact: given.has("redact"), noColour: given.has("no-color") },
      screen,
    );
  } finally {
    // Before any words of an error.
    screen.leave();
  }
}

/** Ends only by an error: keys and signals end the process. */
async function watch({ account, redact, noColour }: WatchOptions, screen: ReturnType<typeof createScreen>) {
  let status: Status | undefined;
  let shown: Shown | undefined;
  let traces: Traces = new Map();
  let events: readonly WatchEvent[] = [];
  let link: Connection = "connecting";
  let listening: Listening | undefined;
  let retryAtMs = 0;
  let retryMs = TICK_MS;
  let scroll = 0;

  const tell = (words: readonly string[]) => {
    events = [...events, ...words.map((each) => ({ atMs: Date.now(), words: each }))].slice(-KEPT_EVENTS);
  };

  const paint = () => {
    const nowMs = Date.now();
    const all = status?.rows.map((row) => toRow(row, nowMs)) ?? [];
    const next: Shown = { rows: selectRows(all, account), installs: status?.installs ?? [] };
    if (shown) tell(decideEvents(shown, next, redact));
    shown = next;
    traces = appendRows(traces, next.rows, nowMs);
    const terminal = { ...toTerminal(noColour), lines: process.stdout.rows || 24 };
    const { lines, maxScroll } = renderWatch({ ...next, traces, events, link, nowMs, scroll, redact, terminal });
    scroll = Math.min(scroll, maxScroll);
    screen.draw(lines);
  };

  const readHistory = async (rows: readonly Row[]) => {
    const untilMs = Date.now();
    for (const row of rows) {
      const week = await askHistory(row, { sinceMs: untilMs - WEEK_MS, untilMs, maxPoints: WEEK_POINTS });
      const recent = await askHistory(row, { sinceMs: untilMs - RECENT_MS, untilMs, windows: ["five_hour"] });
      traces = mergeHistory(mergeHistory(traces, row, week), row, recent);
    }
    paint();
  };

  const onStatus = (heard: Status) => {
    const isFirst = link !== "live";
    if (link === "not-running" || link === "no-answer") tell(["the bridge is back"]);
    link = "live";
    retryMs = TICK_MS;
    status = heard;
    paint();
    // Without it the sparklines begin here.
    if (isFirst && shown) readHistory(shown.rows).catch(() => undefined);
  };

  const onEnd = (reason: "not-running" | "no-answer") => {
    if (link === "live") tell([reason === "not-running" ? "the bridge has stopped" : "the bridge does not answer"]);
    link = reason;
    listening = undefined;
    retryAtMs = Date.now() + retryMs;
    retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
    paint();
  };

  const tick = () => {
    if (link !== "live") {
      const reading = readStatus(toStatusPath(toStateFolder()));
      if (reading.kind === "read") status = reading.status;
    }
    if (!listening && Date.now() >= retryAtMs) listening = listen({ onStatus, onEnd });
    paint();
  };

  const resume = () => {
    screen.enter();
    setRawMode(true);
    paint();
  };

  const onKey = (key: Key) => {
    switch (key) {
      case "quit":
        return process.exit(exitCodes.done);
      case "interrupt":
        return process.exit(exitCodes.interrupted);
      case "suspend":
        screen.leave();
        setRawMode(false);
        process.kill(process.pid, "SIGTSTP");
        return;
      case "up":
        scroll = Math.max(0, scroll - 1);
        return paint();
      case "down":
        scroll += 1;
        return paint();
    }
  };

  const timer = setInterval(tick, TICK_MS);
  try {
    await new Promise<never>((_resolve, reject) => {
      process.on("uncaughtException", reject);
      process.on("SIGINT", () => onKey("interrupt"));
      process.on("SIGCONT", resume);
      for (const signal of ["SIGTERM", "SIGHUP"] as const) {
        process.on(signal, () => {
          screen.leave();
          endAtOnce({ code: null, signal });
        });
      }
      process.stdout.on("resize", () => {
        screen.clear();
        paint();
      });
      if (process.stdin.isTTY) {
        process.stdin.setEncoding("utf8").on("data", (typed: string) => parseKeys(typed).forEach(onKey));
      }
      screen.enter();
      setRawMode(true);
      tick();
    });
  } finally {
    // What is left open would keep the process.
    clearInterval(timer);
    listening?.close();
    process.stdin.pause();
  }
}

/** Each key at once, and none of them on the screen. */
function setRawMode(isRaw: boolean): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(isRaw);
}
