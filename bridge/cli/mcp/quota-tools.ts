// The tools an agent gets: what it may read, ask and wait for. Each answers with the names of the `--json` outputs, redacted.
import { setTimeout as sleep } from "node:timers/promises";
import type { CallToolResult, McpServer, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import { tellWanted } from "../../state/tell-wanted.ts";
import { decideGate } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { formatGuardWords } from "../guard/format-guard-words.ts";
import { lookAfterReset } from "../guard/look-after-reset.ts";
import { decideAtOnce, type GuardExit, type GuardNews, toGuardEvent } from "../guard/news.ts";
import { waitForGo } from "../guard/wait-for-go.ts";
import type { LeaseText } from "../lease/lease-option-names.ts";
import { toLeaseOptions } from "../lease/lease-options.ts";
import { toDefaultClass } from "../lease/to-class.ts";
import { readRow } from "../row/read-row.ts";
import { createClaims } from "./claims.ts";
import { readRedactedRows } from "./redacted-rows.ts";

const max = z.number().min(1).max(100).optional().describe("Percent that counts as full; default 90");
const model = z.string().max(80).optional().describe("Also watch this model's window");
const minutes = z.number().min(0).max(20_160);
const checkInput = z.strictObject({ max, model });
const claimInput = z.strictObject({
  max,
  model,
  class: z.string().max(80).optional().describe("Name for jobs like this one"),
});
const releaseInput = z.strictObject({ claim: z.string().max(40) });
const waitInput = z.strictObject({ max, model, max_wait_minutes: minutes.optional().describe("Default: no limit") });

/** Clients give up on a silent call after a minute. */
const PROGRESS_EVERY_MS = 10_000;
/** A client that takes no progress gives up after a minute: then it is told to ask again. */
const WAIT_WITHOUT_PROGRESS_MS = 50_000;

/** All but claims answer from the local file, so they work while the bridge is down. */
export function addQuotaTools(server: McpServer, account: string | undefined): void {
  const claims = createClaims(account);
  const readOnly = { readOnlyHint: true, openWorldHint: false };
  server.registerTool(
    "quota_status",
    {
      description: "Claude quota of each account: windows in percent, resets, age of the reading.",
      inputSchema: z.strictObject({}),
      annotations: readOnly,
    },
    () => toResult(readRedactedRows(account, Date.now())),
  );
  server.registerTool(
    "quota_check",
    {
      description: "Is there room for more work now? Start costly work only when go is true.",
      inputSchema: checkInput,
      annotations: readOnly,
    },
    (input) => check(toGateOptions(input), account),
  );
  server.registerTool(
    "quota_wait",
    {
      description: "Waits until there is room, at no cost. Call it instead of stopping when quota_check says no.",
      inputSchema: waitInput,
      annotations: readOnly,
    },
    (input, context) => wait(input, account, context),
  );
  server.registerTool(
    "quota_claim",
    {
      description: "Reserves room for work you are about to start, so that others do not take it. Answers at once.",
      inputSchema: claimInput,
    },
    async (input) => toResult(await claims.claim(toGateOptions(input), toLease(input.class))),
  );
  server.registerTool(
    "quota_release",
    { description: "Ends a claim: call it when that work is done.", inputSchema: releaseInput },
    ({ claim }) => toResult({ released: claims.release(claim) }),
  );
}

/** Throws what the SDK tells the agent as the tool's error. */
function toLease(name: string | undefined) {
  const given = { text: (option: LeaseText) => (option === "class" ? name : undefined) };
  return { ...toLeaseOptions(given), class: name ?? toDefaultClass(process.cwd(), "mcp") };
}

function check(options: GateOptions, account: string | undefined): CallToolResult {
  const nowMs = Date.now();
  const reading = readRow(account, nowMs);
  const decision = decideGate(reading, options, nowMs);
  // Without waiting there is always an answer at once.
  const answer = decideAtOnce(decision, { ...options, wait: false }) ?? {
    exit: "unknown",
    event: "refused",
    reason: "no-data",
  };
  return toAnswer(answer.exit, { ...answer, decision, reading, nowMs }, options);
}

async function wait(
  input: z.infer<typeof waitInput>,
  account: string | undefined,
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const progressToken = mcpReq._meta?.progressToken;
  const maxWaitMs = (input.max_wait_minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const options: GateOptions = {
    ...toGateOptions(input),
    wait: true,
    maxWaitMs: progressToken === undefined ? Math.min(maxWaitMs, WAIT_WITHOUT_PROGRESS_MS) : maxWaitMs,
  };
  const startedMs = Date.now();
  let words = "waiting";
  const report = async () => {
    if (progressToken === undefined) return;
    const progress = Math.round((Date.now() - startedMs) / 1000);
    await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, message: words } });
  };
  const { exit, news } = await waitForGo(options, {
    now: Date.now,
    sleep: async (ms) => {
      const endMs = Date.now() + ms;
      for (let restMs = ms; restMs > 0; restMs = endMs - Date.now()) {
        await report();
        await sleep(Math.min(restMs, PROGRESS_EVERY_MS), undefined, { signal: mcpReq.signal });
      }
    },
    read: () => readRow(account, Date.now()),
    look: (row) => lookAfterReset(row, mcpReq.signal),
    want: (maxMs) => tellWanted(maxMs, mcpReq.signal),
    random: Math.random,
    onNews: (each) => {
      words = formatGuardWords(each, { ...options, redact: true }) ?? words;
    },
  });
  return toAnswer(exit, news, options);
}

function toAnswer(exit: GuardExit, news: GuardNews, options: GateOptions): CallToolResult {
  return toResult({
    go: exit === "done",
    ...toGuardEvent(news),
    message: formatGuardWords(news, { ...options, redact: true }) ?? "there is room",
  });
}

function toGateOptions({ max: maxPercent = 90, model: name }: z.infer<typeof checkInput>): GateOptions {
  return {
    maxPercent,
    model: name,
    windows: undefined,
    maxAgeMs: 600_000,
    moneyMaxPercent: undefined,
    forecastMs: undefined,
    wait: false,
    maxWaitMs: Number.POSITIVE_INFINITY,
    graceMs: 30_000,
    spreadMs: 60_000,
    onUnknown: "wait",
  };
}

/** As text too, for clients that show an agent nothing else. */
function toResult(answer: Record<string, unknown>): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(answer) }], structuredContent: answer };
}
