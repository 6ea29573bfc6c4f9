// The real Claude Code in print mode under the built `claude-meter run`: every kind of limit, in every output format, with
// and without overage, with and without the client's own watchdog. Prints what was seen as one table.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printTable } from "../harness/print-table.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { type Outcome, toOutcome, toWords } from "./outcome.ts";
import { withPane } from "./pane.ts";

const FORMATS = ["text", "json", "stream-json"] as const;
type Format = (typeof FORMATS)[number];

/** Whole minutes and days, because that is how exact the client's sentences are. */
const FIVE_HOUR_MS = Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000;
const WEEKLY_MS = Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 2 * 86_400_000;
const RESETS = { "5h": new Date(FIVE_HOUR_MS).toISOString(), week: new Date(WEEKLY_MS).toISOString(), "": null };
type Reset = keyof typeof RESETS;

type Kind = { tag: string; hasKey?: true; outcome: Outcome; reset?: Reset; resetInWords?: Reset };

const planLimits: readonly Kind[] = [
  { tag: "limit5h", outcome: "limit", reset: "5h" },
  { tag: "limit7d", outcome: "limit", reset: "week" },
  // The sentence names the 5-hour limit alone.
  { tag: "both", outcome: "limit", reset: "week", resetInWords: "5h" },
  { tag: "opus", outcome: "limit", reset: "week" },
  { tag: "sonnet", outcome: "limit", reset: "week" },
  { tag: "fable", outcome: "limit", reset: "week" },
];

const moneyLimits: readonly Kind[] = [
  { tag: "limit5h overage=out_of_credits", outcome: "limit", reset: "5h" },
  { tag: "limit7d overage=out_of_credits", outcome: "limit", reset: "week" },
  { tag: "fable overage=out_of_credits", outcome: "limit", reset: "week" },
  { tag: "orgcap", outcome: "limit", reset: "5h" },
  { tag: "seat", outcome: "person" },
  { tag: "group", outcome: "person" },
  { tag: "member", outcome: "person" },
  { tag: "service", outcome: "person" },
];

const others: readonly Kind[] = [
  { tag: "balance", hasKey: true, outcome: "person" },
  { tag: "specified", hasKey: true, outcome: "limit", reset: "week" },
  { tag: "throttle", outcome: "throttle" },
  { tag: "perminute", hasKey: true, outcome: "throttle" },
  { tag: "limit5h", hasKey: true, outcome: "throttle" },
  { tag: "overloaded", outcome: "overload" },
  { tag: "overloaded", hasKey: true, outcome: "overload" },
  { tag: "broken", outcome: "failed" },
  { tag: "unauthorized", hasKey: true, outcome: "failed" },
  { tag: "ok", outcome: "done" },
  { tag: "ok sleep=1", outcome: "done" },
  { tag: "warning", outcome: "done" },
  { tag: "prose", outcome: "done" },
  { tag: "limit5h sleep=0", outcome: "limit", reset: "5h" },
];

const codes: Readonly<Record<Outcome, number>> = {
  done: 0,
  limit: 75,
  person: 75,
  "held-back": 75,
  throttle: 1,
  overload: 1,
  failed: 1,
};

const seen: Record<string, string | number>[] = [];

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
  printTable("Claude Code under claude-meter run", seen.toSorted(byOrder));
});

function inEveryFormat(kinds: readonly Kind[]) {
  return kinds.flatMap((kind) => FORMATS.map((format) => ({ ...kind, format, login: kind.hasKey ? "key" : "plan" })));
}

type Play = { tag: string; format: Format; options?: readonly string[]; hasWatchdog?: boolean; hasKey?: boolean };

function play({ tag, format, options = [], hasWatchdog = false, hasKey = false }: Play) {
  const environment = hasWatchdog ? { CLAUDE_CODE_RETRY_WATCHDOG: "1" } : {};
  return withPane({ hasKey, environment }, async (pane) => {
    const print = format === "stream-json" ? ["--output-format", format, "--verbose"] : ["--output-format", format];
    const ended = await pane.run(options, ["claude", "-p", `Do it. [[${tag}]]`, ...print]);
    const outcome = toOutcome(ended);
    const { code, status, stderr } = ended;
    const [answer = ""] = tag.split(/ (?:until|for)=/);
    const watchdog = hasWatchdog ? "on" : "";
    const reset = status.limit?.resets_at ?? "";
    const login = hasKey ? "key" : "plan";
    seen.push({ answer, format, login, watchdog, outcome, code: code ?? "", reset, said: toWords(stderr) });
    return { ...ended, outcome };
  });
}

function byOrder(a: Record<string, string | number>, b: Record<string, string | number>): number {
  const toText = (row: typeof a) => `${row["watchdog"]} ${row["login"]} ${row["answer"]} ${row["format"]}`;
  return toText(a).localeCompare(toText(b));
}

function withResets(tag: string): string {
  return `${tag} until=${FIVE_HOUR_MS / 1000} weekly=${WEEKLY_MS / 1000}`;
}

describe("an answer of the API", () => {
  test.concurrent.each(inEveryFormat([...planLimits, ...moneyLimits, ...others]))(
    "$tag with a $login login ends $format as $outcome",
    async ({ tag, format, hasKey = false, outcome, reset = "", resetInWords = reset }) => {
      // What needs a person is not waited for, also when a reset rides along.
      const options = outcome === "person" ? ["--resume"] : [];
      const ended = await play({ tag: withResets(tag), format, hasKey, options });
      expect(ended).toMatchObject({ outcome, code: codes[outcome], status: { restarts: 0 } });
      if (outcome === "person") return;
      expect(ended.status.limit?.resets_at ?? null).toBe(RESETS[format === "stream-json" ? reset : resetInWords]);
    },
  );
});

describe("what overage pays for", () => {
  test.concurrent.each(inEveryFormat(planLimits))("$tag in $format is no limit", async ({ tag, format }) => {
    const ended = await play({ tag: withResets(`${tag} overage=allowed`), format });
    expect(ended).toMatchObject({ outcome: "done", code: 0, stderr: "" });
    expect(ended.status.limit).toBeNull();
  });

  test.concurrent.each(FORMATS)("is not ended while a tool is quiet, in %s", async (format) => {
    const tag = withResets("limit5h overage=allowed sleep=5");
    const ended = await play({ tag, format, options: ["--end-after", "2s"] });
    expect(ended).toMatchObject({ outcome: "done", code: 0, stderr: "" });
  });
});

describe("an agent with a watchdog of its own", () => {
  /** What the client itself waits for, then goes on. */
  const waitedFor: readonly Kind[] = [
    ...planLimits,
    ...moneyLimits.filter(({ tag }) => tag !== "orgcap"),
    { tag: "throttle", outcome: "done" },
    { tag: "overloaded", outcome: "done" },
  ];

  test.concurrent.each(inEveryFormat(waitedFor))("waits for $tag in $format, and is done", async ({ tag, format }) => {
    const ended = await play({ tag: `${tag} for=6`, format, hasWatchdog: true, options: ["--end-after", "2s"] });
    expect(ended).toMatchObject({ outcome: "done", code: 0 });
  });

  test.concurrent.each(
    inEveryFormat([
      { tag: "orgcap", outcome: "limit", reset: "5h" },
      { tag: "broken", outcome: "failed" },
    ]),
  )("gives up on $tag in $format, which ends as $outcome", async ({ tag, format, outcome, reset = "" }) => {
    const ended = await play({ tag: withResets(tag), format, hasWatchdog: true });
    expect(ended).toMatchObject({ outcome, code: codes[outcome] });
    expect(ended.status.limit?.resets_at ?? null).toBe(RESETS[reset]);
  });

  test.concurrent.each(inEveryFormat(planLimits))(
    "has nothing to wait for when overage pays for $tag in $format",
    async ({ tag, format }) => {
      const ended = await play({ tag: withResets(`${tag} overage=allowed`), format, hasWatchdog: true });
      expect(ended).toMatchObject({ outcome: "done", code: 0, stderr: "" });
    },
  );
});
