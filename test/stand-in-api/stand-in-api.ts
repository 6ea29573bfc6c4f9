// An api.anthropic.com on 127.0.0.1:443, for clients in a network namespace of their own. It answers by the tags of their
// prompts and remembers who asked for what.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ORG_UUID } from "../shared/wire-examples.ts";
import { parseConversation } from "./conversation.ts";
import { type Answer, decideAnswer, type Tag } from "./scenario.ts";
import { toMessage, toMessageEvents } from "./to-message.ts";

export const CERTIFICATE_PATH = fileURLToPath(new URL("./certificate.pem", import.meta.url));

const PORT = 443;
const MAX_REQUESTS = 5_000;

export type ApiRequest = {
  method: string;
  path: string;
  status: number;
  model?: string;
  tag?: string;
  once?: string;
  at: number;
};

export type StandInApi = {
  readonly requests: readonly ApiRequest[];
  /** How often a turn with this tag was asked for. */
  count: (tag: string) => number;
  /** What it says of the usage from now on; "closed" hangs up on whoever asks for anything. */
  setUsage: (answer: UsageAnswer) => void;
  /** How often it was asked for it. */
  countUsage: () => number;
  close: () => Promise<void>;
};

export type UsageAnswer = { status: number; body: Record<string, unknown> } | "closed";

const USAGE_PATH = "/api/oauth/usage";
const noUsage: UsageAnswer = { status: 404, body: toErrorBody("not_found_error", "Not found") };

export async function createStandInApi(): Promise<StandInApi> {
  const requests: ApiRequest[] = [];
  const firsts = new Map<string, First>();
  let usage: UsageAnswer = noUsage;
  const key = readFileSync(new URL("./private-key.pem", import.meta.url));
  const server = createServer({ cert: readFileSync(CERTIFICATE_PATH), key }, (request, response) => {
    const note = (entry: Omit<ApiRequest, "at">) => {
      if (requests.length < MAX_REQUESTS) requests.push({ ...entry, at: Date.now() });
    };
    if (usage === "closed") return void request.socket.destroy();
    onRequest(request, response, { firsts, note, usage }).catch(() => response.destroy());
  });
  server.listen(PORT, "127.0.0.1");
  await once(server, "listening");
  return {
    requests,
    setUsage: (answer) => {
      usage = answer;
    },
    countUsage: () => requests.filter(({ path }) => path === USAGE_PATH).length,
    count: (tag) => requests.filter((request) => request.tag === tag).length,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Who asked first for a scenario that only one session, or only for a while, has. */
type First = { session: string; ms: number };

type Memory = {
  usage: Exclude<UsageAnswer, "closed">;
  firsts: Map<string, First>;
  note: (entry: Omit<ApiRequest, "at">) => void;
};

async function onRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { firsts, note, usage }: Memory,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const [path = "/"] = url.split("?");
  const body = await text(request);
  if (method === "HEAD" && path === "/api/hello") return reply(response, 200, {});
  if (method === "GET" && path === USAGE_PATH) {
    note({ method, path, status: usage.status });
    return reply(response, usage.status, usage.body);
  }
  if (method !== "POST" || path !== "/v1/messages") {
    note({ method, path, status: 404 });
    return reply(response, 404, toErrorBody("not_found_error", "Not found"));
  }
  const { isStream, model, tag, ...turn } = parseConversation(body);
  const session = String(request.headers["x-claude-code-session-id"] ?? "");
  const nowMs = Date.now();
  const key = tag?.options.get("once") ?? session;
  const first = firsts.get(key) ?? { session, ms: nowMs };
  firsts.set(key, first);
  const answer = decideAnswer({
    tag: tag ?? { name: "ok", options: new Map() },
    ...turn,
    isLaterSession: first.session !== session,
    firstMs: first.ms,
    nowMs,
  });
  note({ method, path, model, status: answer.kind === "error" ? answer.status : 200, ...toNames(tag) });
  sendAnswer(response, answer, { isStream, model });
}

function toNames(tag: Tag | undefined) {
  const once = tag?.options.get("once");
  return { ...(tag && { tag: tag.name }), ...(once !== undefined && { once }) };
}

function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  { isStream, model }: { isStream: boolean; model: string },
) {
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.setHeader("request-id", "req_011CAAAAAAAAAAAAAAAAAAAA");
  response.setHeader("anthropic-organization-id", ORG_UUID);
  if (answer.kind === "error") return reply(response, answer.status, toErrorBody(answer.type, answer.message));
  if (!isStream) return reply(response, 200, toMessage(answer, model));
  response.writeHead(200, { "content-type": "text/event-stream" }).end(toMessageEvents(answer, model));
}

function toErrorBody(type: string, message: string) {
  return { type: "error", error: { type, message }, request_id: "req_011CAAAAAAAAAAAAAAAAAAAA" };
}

function reply(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
