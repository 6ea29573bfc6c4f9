// The real clients through the proxy, beside the same work without it: what they print, how they end, and what they ask the
// API for have to be equal.
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { type PaneOptions, withPane } from "./pane.ts";

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(() => api.close());

/** Whole minutes, because that is how exact the client's sentences are. */
const RESET = Math.ceil(Date.now() / 60_000) * 60 + 3_600;
const WEEKLY = Math.ceil(Date.now() / 86_400_000) * 86_400 + 2 * 86_400;

type Client = { name: string; options?: PaneOptions; toCommand: (prompt: string) => string[]; tags: readonly string[] };

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const toStreamJson = (prompt: string) => ["claude", "-p", prompt, "--output-format", "stream-json", "--verbose"];
const some = ["ok sleep=1", "limit5h", "perminute", "overloaded"];
const all = [...some, "warning", "both", "fable", "orgcap", "throttle", "specified"];

const clients: readonly Client[] = [
  { name: "claude -p stream-json", toCommand: toStreamJson, tags: all },
  { name: "claude -p stream-json with a key", options: { hasKey: true }, toCommand: toStreamJson, tags: all },
  { name: "claude -p", toCommand: (prompt) => ["claude", "-p", prompt], tags: some },
  { name: "Agent SDK", toCommand: (prompt) => [process.execPath, program("agent-sdk-caller.mjs"), prompt], tags: some },
  {
    name: "API SDK",
    options: { hasKey: true },
    toCommand: (prompt) => [process.execPath, program("api-sdk-caller.mjs"), prompt],
    tags: ["ok", ...some],
  },
  {
    name: "API SDK, streaming",
    options: { hasKey: true },
    toCommand: (prompt) => [process.execPath, program("api-sdk-caller.mjs"), prompt, "stream"],
    tags: ["ok", ...some],
  },
];

/**
 * What another start of the same client says differently each time; and `served_by_anthropic`, which says that there is a
 * base URL and nothing else.
 */
const CHANGING =
  /"(?:session_id|uuid|id|request_id|duration_ms|duration_api_ms|ttft_ms|ttft_stream_ms|time_to_request_ms|timestamp|cwd|tool_use_id|message_id|retry_delay_ms|memory_paths|messaging_socket_path|first_content_frame_ms|served_by_anthropic|parentUuid)":(?:"[^"]*"|[\d.]+|true|false|\{[^}]*\})/g;
const PLACES =
  /\(in [\w ]+\)|\/tmp\/claude-meter-pane-\w+|\b(?:msg|toolu|req)_01\w+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function toComparable(text: string): string[] {
  return text.split("\n").map((line) => line.replace(CHANGING, '"$1"').replace(PLACES, "…"));
}

type Asked = { status: number };

/** Claude Code (2.1.332) sends a request that gets 400 five times more when there is a base URL, whatever answers there. */
function toAsked(requests: readonly Asked[]): Asked[] {
  return requests.filter(({ status }, index) => status !== 400 || requests[index - 1]?.status !== 400);
}

async function play({ options = {}, toCommand }: Client, prompt: string, runOptions: readonly string[]) {
  return await withPane(options, async (pane) => {
    const from = api.requests.length;
    const { code, stderr, stdout } = await pane.run(runOptions, toCommand(prompt));
    const requests = api.requests
      .slice(from)
      .map(({ method, path, model, status, tag }) => ({ method, path, model, status, tag }));
    return { code, stdout: toComparable(stdout), stderr: toComparable(stderr), asked: toAsked(requests) };
  });
}

// In turn: what a client asked for is told by when it asked.
describe.each(clients)("$name", (client) => {
  test.each(client.tags)("meets %s through the proxy as it does without", async (tag) => {
    const prompt = `Do it. [[${tag} until=${RESET} weekly=${WEEKLY}]]`;
    const direct = await play(client, prompt, []);
    const proxied = await play(client, prompt, ["--proxy"]);
    expect(direct.asked.length).toBeGreaterThan(0);
    expect(proxied).toEqual(direct);
  });
});
