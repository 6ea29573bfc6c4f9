// Asks the user's own Claude Code for the usage of its login. It holds the token, renews it and bears the server's limits; we
// see none of them. No message is sent to a model.
import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";

export type ClaudeAnswer = { kind: "answered"; rateLimits: unknown } | { kind: "no-answer" };

export type AskClaudeOptions = {
  program: string;
  configDir: string | null;
  /** Nobody else can write there: Claude Code reads the settings of the folder it is started in. */
  folder: string;
  environment?: Readonly<Record<string, string | undefined>>;
  /** Ends it early. */
  signal: AbortSignal;
  limits?: AskLimits;
};

export type AskLimits = { answerMs: number; endMs: number; maxBytes: number };

/** The client takes a second; its own time-out for the endpoint is five. */
const LIMITS: AskLimits = { answerMs: 30_000, endMs: 5_000, maxBytes: 8 * 1024 * 1024 };

/** A bridge that was told to stop has little more. */
const ABORT_MS = 1_000;

const ARGUMENTS = [
  ...["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"],
  // Neither hooks nor servers of the user's run for it, and nothing of it is kept as a session.
  ...["--no-session-persistence", "--strict-mcp-config", "--tools", "", "--settings", '{"disableAllHooks":true}'],
];

const QUESTION_ID = "claude-meter-usage";
const QUESTIONS = [
  { type: "control_request", request_id: "claude-meter-start", request: { subtype: "initialize" } },
  { type: "control_request", request_id: QUESTION_ID, request: { subtype: "get_usage", skip_behaviors: true } },
];

const answerSchema = z.looseObject({
  type: z.literal("control_response"),
  response: z.looseObject({
    subtype: z.literal("success"),
    request_id: z.literal(QUESTION_ID),
    response: z.looseObject({ rate_limits: z.optional(z.unknown()) }),
  }),
});

export async function askClaudeCode(options: AskClaudeOptions): Promise<ClaudeAnswer> {
  const { program, configDir, folder, environment = process.env, signal, limits = LIMITS } = options;
  if (signal.aborted) return { kind: "no-answer" };
  const child = spawn(program, ARGUMENTS, {
    cwd: folder,
    env: toOwnEnvironment(environment, { configDir, program }),
    stdio: ["pipe", "pipe", "ignore"],
    // A group of its own, so that it can be ended with all that it started.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const gone = new Promise<void>((resolve) => {
    child.on("error", () => resolve());
    child.on("exit", () => resolve());
  });
  const answer = await readAnswer(child, gone, { signal, limits });
  child.stdin.end();
  // It may be writing its settings or a renewed token: who does not end by itself is asked to, and ended last of all.
  if (!(await isWithin(gone, answer.kind === "answered" ? limits.endMs : 0))) {
    endGroup(child, "SIGTERM");
    await isWithin(gone, signal.aborted ? ABORT_MS : limits.endMs);
  }
  endGroup(child, "SIGKILL");
  return answer;
}

function readAnswer(
  child: ChildProcess,
  gone: Promise<void>,
  { signal, limits }: { signal: AbortSignal; limits: AskLimits },
): Promise<ClaudeAnswer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(), limits.answerMs);
    const finish = (answer: ClaudeAnswer = { kind: "no-answer" }) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      child.stdout?.removeAllListeners("data").resume();
      resolve(answer);
    };
    const onAbort = () => finish();
    signal.addEventListener("abort", onAbort);
    let bytes = 0;
    let line = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      bytes += text.length;
      if (bytes > limits.maxBytes) return finish();
      const [first = "", ...rest] = text.split("\n");
      line += first;
      for (const next of rest) {
        const found = parseAnswer(line);
        if (found) return finish(found);
        line = next;
      }
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.write(QUESTIONS.map((question) => `${JSON.stringify(question)}\n`).join(""));
    // What it printed before it ended has been read by then.
    void gone.then(() => setImmediate(finish));
  });
}

function parseAnswer(line: string): ClaudeAnswer | undefined {
  if (!line.includes(QUESTION_ID)) return undefined;
  try {
    const answer = answerSchema.safeParse(parseJson(line));
    return answer.success ? { kind: "answered", rateLimits: answer.data.response.response.rate_limits } : undefined;
  } catch {
    // No JSON: a word of its own.
    return undefined;
  }
}

/** As its user would start it, but with the login's credential and none that happens to stand in the bridge's environment. */
function toOwnEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  { configDir, program }: { configDir: string | null; program: string },
): Record<string, string | undefined> {
  const isForeign = (name: string) => /^(ANTHROPIC_|CLAUDE)/.test(name) && !/^CLAUDE_CODE_(DISABLE|CLIENT)_/.test(name);
  const kept = Object.entries(environment).filter(([name]) => !isForeign(name) && name !== "NODE_OPTIONS");
  const path = [environment["PATH"], dirname(program), dirname(process.execPath)];
  return {
    ...Object.fromEntries(kept),
    // npm's program is a script that looks for Node.
    PATH: path.filter(Boolean).join(process.platform === "win32" ? ";" : ":"),
    DISABLE_AUTOUPDATER: "1",
    ...(configDir !== null && { CLAUDE_CONFIG_DIR: configDir }),
  };
}

function endGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (process.platform !== "win32") process.kill(-pid, signal);
    else spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" }).on("error", () => child.kill());
  } catch {
    // Nobody is left in it.
  }
}

async function isWithin(gone: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isGone = await Promise.race([gone.then(() => true as const), late]);
  clearTimeout(timer);
  return isGone;
}
