// What a proxy with --hold and --smooth does with bytes: who waits in a stream, who passes as without, and what is sent again.
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type ProxyProcess, startProxy } from "../harness/proxy-process.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { openUpstream, type Upstream } from "../proxy-upstream/upstream.ts";

const PREFIX = "anthropic-ratelimit-unified";
const REFUSAL = '{"type":"error","error":{"type":"rate_limit_error","message":"No more."}}';
const EVENTS = 'event: message_start\ndata: {"type":"message_start"}\n\n';
const TURN = '{"model":"claude-opus-5-5","stream":true,"messages":[],"tools":[{"name":"Bash"}]}';

let upstream: Upstream;
let proxy: ProxyProcess;

beforeAll(async () => {
  upstream = await openUpstream();
});
afterAll(() => upstream.close());
test.beforeAll(async ({ sharedFolder }) => {
  const options = ["--hold", "5m", "--grace", "0s", "--spread", "0s", "--smooth"];
  proxy = await startProxy(sharedFolder, upstream.url, { options });
});

type Asked = { headers: IncomingMessage["headers"]; body: string };

/** Refuses until the second `seconds` from now, and notes all that it was asked. */
function refuseFor(seconds: number, onSuccess = EVENTS): Asked[] {
  const reset = Math.ceil(Date.now() / 1000) + seconds;
  const asked: Asked[] = [];
  upstream.answer((received, response) => {
    void text(received).then((body) => {
      asked.push({ headers: received.headers, body });
      if (Date.now() >= reset * 1000) {
        response.writeHead(200, { "content-type": "text/event-stream" }).end(onSuccess);
        return;
      }
      response.writeHead(429, {
        "content-type": "application/json",
        [`${PREFIX}-status`]: "rejected",
        [`${PREFIX}-representative-claim`]: "five_hour",
        [`${PREFIX}-reset`]: String(reset),
        [`${PREFIX}-5h-status`]: "rejected",
        [`${PREFIX}-5h-reset`]: String(reset),
        [`${PREFIX}-5h-utilization`]: "1",
      });
      response.end(REFUSAL);
    });
  });
  return asked;
}

const usual = { authorization: "Bearer sk-ant-oat01-INVENTED", "accept-encoding": "gzip, br" };

function ask(body: string | Buffer, headers: Record<string, string> = {}, path = "/v1/messages?beta=true") {
  const asked = request({
    host: "127.0.0.1",
    port: proxy.port,
    method: "POST",
    path,
    headers: { ...usual, "content-length": String(Buffer.byteLength(body)), ...headers },
  });
  asked.end(body);
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", reject);
  });
  return { asked, answer };
}

describe("--hold", () => {
  test("keeps a refused turn in a stream, and asks for it once more, whole and without compression", async () => {
    const requests = refuseFor(2);
    const answer = await ask(TURN).answer;
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      [`${PREFIX}-status`]: "allowed",
      [`${PREFIX}-5h-status`]: "allowed",
      [`${PREFIX}-5h-utilization`]: "1",
    });
    expect(await text(answer)).toBe(`event: ping\ndata: {"type": "ping"}\n\n${EVENTS}`);
    expect(requests.map(({ body }) => body)).toEqual([TURN, TURN]);
    expect(requests.map(({ headers }) => headers["accept-encoding"])).toEqual(["gzip, br", "identity"]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([usual.authorization, usual.authorization]);
  });

  const TITLE = { "x-claude-code-request-class": "auxiliary" };
  test.for<[string, string | Buffer, Record<string, string>, string?]>([
    ["a request without a stream", '{"model":"m","tools":[{"name":"Bash"}]}', {}],
    ["a probe", '{"model":"m","max_tokens":1,"messages":[]}', {}],
    ["a title", TURN, TITLE],
    ["a count of tokens", TURN, {}, "/v1/messages/count_tokens"],
    ["what is packed, and so not readable", gzipSync(TURN), { "content-encoding": "gzip" }],
  ])("lets %s pass as it is refused", async ([, body, headers, path]) => {
    const requests = refuseFor(60);
    const answer = await ask(body, headers, path).answer;
    expect([answer.statusCode, answer.headers[`${PREFIX}-status`]]).toEqual([429, "rejected"]);
    expect(answer.headers["x-should-retry"]).toBeUndefined();
    expect(await text(answer)).toBe(REFUSAL);
    expect(requests).toHaveLength(1);
  });

  test("ends with its client, and asks no more for it", async () => {
    const requests = refuseFor(3);
    const before = proxy.stderr().split("no turn is held any more").length;
    const { answer, asked } = ask(TURN);
    await answer;
    asked.destroy();
    await waitFor(proxy.stderr, (said) => said.split("no turn is held any more").length > before);
    // Its moment passes with another one, which is asked for and answered.
    await text(await ask(TURN.replace("opus", "sonnet")).answer);
    expect(requests.map(({ body }) => body.includes("sonnet"))).toEqual([false, true, true]);
  });

  test("ends in an error of the API's form when what comes is no stream, and lets that session pass once", async () => {
    const session = { "x-claude-code-session-id": "one" };
    const requests = refuseFor(1);
    const answer = await ask(TURN, session).answer;
    upstream.answer((received, response) => {
      received.resume();
      requests.push({ headers: {}, body: "" });
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"type":"error","error":{"type":"authentication_error","message":"Expired."}}');
    });
    expect(await text(answer)).toMatch(
      /event: error\ndata: \{"type":"error","error":\{"type":"rate_limit_error","message":"Expired\."\}\}\n\n$/,
    );
    refuseFor(60);
    const next = await ask(TURN, session).answer;
    expect([next.statusCode, await text(next)]).toEqual([429, REFUSAL]);
  });
});

describe("--smooth", () => {
  test("asks again for what the server throttled, in the client's own bytes", async () => {
    const bodies: string[] = [];
    const encodings: unknown[] = [];
    upstream.answer((received, response) => {
      void text(received).then((body) => {
        bodies.push(body);
        encodings.push(received.headers["accept-encoding"]);
        response.writeHead(bodies.length === 1 ? 529 : 200, { "content-type": "application/json" });
        response.end(bodies.length === 1 ? '{"error":{"type":"overloaded_error"}}' : "{}");
      });
    });
    const answer = await ask('{"model":"m"}').answer;
    expect([answer.statusCode, await text(answer)]).toEqual([200, "{}"]);
    expect(bodies).toEqual(['{"model":"m"}', '{"model":"m"}']);
    expect(encodings).toEqual([usual["accept-encoding"], usual["accept-encoding"]]);
  });
});
