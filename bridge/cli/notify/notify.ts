// `claude-meter notify`: who is told of limits and runs outside this machine. The bridge does the telling.
import { randomBytes } from "node:crypto";
import { text as readText } from "node:stream/consumers";
import { type Thresholds, usualThresholds } from "../../../shared/notices/wishes.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { sendNotice } from "../../state/notify/send-notice.ts";
import {
  type EventKind,
  eventKinds,
  isTargetUrl,
  MAX_TARGETS,
  type NotifySettings,
  readNotifySettings,
  type Target,
  targetKinds,
  toNotifyPath,
  writeNotifySettings,
} from "../../state/notify/targets.ts";
import { toStateFolder } from "../../state/paths.ts";
import { isUnsafePathError } from "../../state/unsafe-path-error.ts";
import { CliError } from "../cli-error.ts";
import { parsePercent } from "../option-values.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, type Options, parseOptions } from "../parse-options.ts";
import { parseClock } from "./parse-clock.ts";

export const notifyOptionNames = {
  command: "notify",
  flags: ["json", "names"],
  texts: ["kind", "events", "quiet", "warn", "critical"],
  words: ["list", "add", "remove", "set", "test"],
} as const satisfies OptionNames;

type Given = Options<
  (typeof notifyOptionNames)["flags"][number],
  (typeof notifyOptionNames)["texts"][number],
  never,
  (typeof notifyOptionNames)["words"][number]
>;

export async function runNotify(args: string[]): Promise<void> {
  const { value, others } = takeValue(args);
  const given = parseOptions(others, notifyOptionNames);
  const settings = await readOrThrow();
  switch (given.word) {
    case "add":
      return await add(settings, await toUrl(value), given);
    case "remove":
      return await remove(settings, value);
    case "set":
      return await set(settings, given);
    case "test":
      return await test(settings);
    case "list":
    case undefined:
      return list(settings, given.has("json"));
  }
}

/** The one argument behind `add` and `remove`; a single dash is standard input. */
function takeValue(args: readonly string[]): { value: string | undefined; others: string[] } {
  const [word = "", value, ...rest] = args;
  const hasValue =
    (word === "add" || word === "remove") && value !== undefined && (value === "-" || !value.startsWith("-"));
  return hasValue ? { value, others: [word, ...rest] } : { value: undefined, others: [...args] };
}

async function readOrThrow(): Promise<NotifySettings> {
  const folder = toStateFolder();
  try {
    return await readNotifySettings(folder);
  } catch (error) {
    if (isUnsafePathError(error)) throw error;
    throw new CliError(
      "internal",
      `${toNotifyPath(folder)} is damaged: fix it or remove it, and add the targets again.`,
    );
  }
}

async function toUrl(value: string | undefined): Promise<string> {
  const url = value === "-" ? (await readText(process.stdin)).trim() : value;
  if (url !== undefined && isTargetUrl(url)) return url;
  throw new CliError(
    "usage",
    "notify add needs the http or https address of an ntfy topic or a webhook, or - to read it.",
  );
}

async function add(settings: NotifySettings, url: string, given: Given): Promise<void> {
  if (settings.targets.some((target) => target.url === url))
    throw new CliError("usage", "this address is told already.");
  if (settings.targets.length >= MAX_TARGETS) {
    throw new CliError("usage", `${MAX_TARGETS} targets are the most: remove one first.`);
  }
  const events = toEvents(given.text("events"));
  const target: Target = {
    id: randomBytes(4).toString("hex"),
    kind: toKind(given.text("kind"), url),
    url,
    ...(events && { events }),
    ...(given.has("names") && { names: true }),
  };
  await save({ ...settings, targets: [...settings.targets, target] });
  writeOut(`${formatTarget(target)}\n`);
  writeError("Try it with `claude-meter notify test`.\n");
}

function toKind(text: string | undefined, url: string): Target["kind"] {
  const kind = targetKinds.find((each) => each === text);
  if (text !== undefined && kind === undefined) throw new CliError("usage", "--kind must be ntfy or webhook.");
  return kind ?? (/(^|\.)ntfy\./.test(new URL(url).hostname) ? "ntfy" : "webhook");
}

function toEvents(text: string | undefined): EventKind[] | undefined {
  return text?.split(",").map((word) => {
    const event = eventKinds.find((each) => each === word.trim());
    if (event === undefined) throw new CliError("usage", `--events takes ${eventKinds.join(",")}.`);
    return event;
  });
}

async function remove(settings: NotifySettings, id: string | undefined): Promise<void> {
  const targets = settings.targets.filter((target) => target.id !== id);
  if (targets.length === settings.targets.length) {
    throw new CliError("usage", "notify remove needs an id that `claude-meter notify` lists.");
  }
  await save({ ...settings, targets });
  writeError("Removed.\n");
}

async function set(settings: NotifySettings, given: Given): Promise<void> {
  const quiet = given.text("quiet");
  const thresholds = toThresholds(settings.thresholds, given);
  if (quiet === undefined && thresholds === settings.thresholds) {
    throw new CliError("usage", "notify set needs --quiet, --warn or --critical.");
  }
  const quietHours = quiet === undefined ? settings.quietHours : toQuietHours(quiet, settings.quietHours);
  const next = { ...settings, thresholds, quietHours };
  await save(next);
  writeOut(`${formatRules(next)}\n`);
}

function toThresholds(known: Thresholds, given: Given): Thresholds {
  const [warn, critical] = [given.text("warn"), given.text("critical")];
  if (warn === undefined && critical === undefined) return known;
  const next = {
    warning: warn === undefined ? known.warning : Math.round(parsePercent("warn", warn)),
    critical: critical === undefined ? known.critical : Math.round(parsePercent("critical", critical)),
  };
  if (next.critical > 100 || next.warning >= next.critical) {
    throw new CliError("usage", "--warn must be below --critical, and that 100 at most.");
  }
  return next;
}

function toQuietHours(text: string, known: NotifySettings["quietHours"]): NotifySettings["quietHours"] {
  if (text === "off") return { ...known, isOn: false };
  const [from, until] = text.split("-").map((clock) => parseClock(clock));
  if (from === undefined || until === undefined) {
    throw new CliError("usage", "--quiet needs two times of day such as 22:00-08:00, or off.");
  }
  return { isOn: true, from, until };
}

/** By this program itself, so that the answer is seen at once. */
async function test({ targets }: NotifySettings): Promise<void> {
  if (targets.length === 0) throw new CliError("usage", "nobody is notified yet: `claude-meter notify add <url>`.");
  const message = "A test: this is where limits and runs will be told.";
  const words = { title: "claude-meter", message, isUrgent: false };
  const results = await Promise.all(targets.map(async (target) => ({ target, sent: await sendNotice(target, words) })));
  for (const { target, sent } of results) {
    writeOut(`${target.id}  ${sent.kind === "taken" ? "sent" : `failed: ${sent.reason}`}  ${toShownUrl(target)}\n`);
  }
  if (results.some(({ sent }) => sent.kind !== "taken")) {
    throw new CliError("unknown", "not every target took the test message.");
  }
}

function list(settings: NotifySettings, isJson: boolean): void {
  if (isJson) printJson(settings);
  else printList(settings);
}

function printJson({ targets, thresholds, quietHours }: NotifySettings): void {
  const shown = targets.map(({ id, kind, events = [...eventKinds], names = false, url }) => {
    return { id, kind, host: new URL(url).host, events, names };
  });
  writeOut(`${JSON.stringify({ targets: shown, thresholds, quiet_hours: quietHours })}\n`);
}

function printList(settings: NotifySettings): void {
  if (settings.targets.length === 0) {
    writeError("Nobody is notified. Add an ntfy topic or a webhook: `claude-meter notify add <url>`.\n");
    return;
  }
  for (const target of settings.targets) writeOut(`${formatTarget(target)}\n`);
  writeOut(`${formatRules(settings)}\n`);
}

function formatTarget(target: Target): string {
  const { id, kind, events, names = false } = target;
  return [id, kind, toShownUrl(target), events?.join(",") ?? "all events", ...(names ? ["with names"] : [])].join("  ");
}

/** The rest of the address is what keeps others out. */
function toShownUrl({ url }: Target): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/…`;
}

function formatRules({ thresholds = usualThresholds, quietHours }: NotifySettings): string {
  const quiet = quietHours.isOn ? `quiet from ${quietHours.from} to ${quietHours.until}` : "no quiet hours";
  return `warns at ${thresholds.warning} % and ${thresholds.critical} %, ${quiet}`;
}

/** A bridge that is not running reads the file when it starts. */
async function save(settings: NotifySettings): Promise<void> {
  await writeNotifySettings(toStateFolder(), settings);
  const answer = await askBridge("POST", "/notify", {}).catch(() => "an older bridge");
  if (answer === undefined)
    writeError("The bridge is not running: it notifies once it is, `claude-meter bridge start`.\n");
  if (answer === "an older bridge") {
    writeError("The running bridge did not take it: `claude-meter bridge stop && claude-meter bridge start`.\n");
  }
}
