// What the API answers to a direct question, which token is asked with, and who says so.
import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { askOAuth, toAnswer } from "../../../../bridge/daemon/sources/ask-oauth.ts";
import { parseToken } from "../../../../bridge/daemon/sources/read-token.ts";

const NOW = Date.parse("2026-11-27T12:00:00.000Z");
const usage = { five_hour: { utilization: 12, resets_at: null } };
const refusal = { error: { type: "rate_limit_error" } };

test.each([
  [200, null, usage, { kind: "body", body: usage }],
  [429, "120", refusal, { kind: "refused", holdMs: 120_000 }],
  [429, null, refusal, { kind: "refused", holdMs: 300_000 }],
  [429, "0", refusal, { kind: "refused", holdMs: 300_000 }],
  [429, "999999", refusal, { kind: "refused", holdMs: 3_600_000 }],
  [429, "soon", refusal, { kind: "refused", holdMs: 300_000 }],
  [200, null, refusal, { kind: "refused", holdMs: 300_000 }],
  [403, null, undefined, { kind: "refused", holdMs: 300_000 }],
  [403, null, { error: { type: "permission_error" } }, { kind: "refused", holdMs: 3_600_000 }],
  [401, "5", refusal, { kind: "refused", holdMs: 3_600_000 }],
  [500, null, undefined, { kind: "no-answer" }],
  [302, null, undefined, { kind: "no-answer" }],
])("%i with retry-after %s and %o", (status, retryAfter, body, answer) => {
  expect(toAnswer(status, retryAfter, body)).toEqual(answer);
});

test("it says by whom and with which token it is asked", async () => {
  const seen: { authorization?: string | undefined; agent?: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ authorization: request.headers.authorization, agent: request.headers["user-agent"] });
    response.end(JSON.stringify(usage));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const redirected: typeof fetch = (_url, init) => fetch(`http://127.0.0.1:${port}/`, init);
  const token = { text: "sk-ant-oat01-invented", hash: "0" };
  const { signal } = new AbortController();
  expect(await askOAuth({ token, version: "9.9.9", signal, fetch: redirected })).toEqual({ kind: "body", body: usage });
  expect(seen).toEqual([{ authorization: "Bearer sk-ant-oat01-invented", agent: "claude-meter/9.9.9" }]);
  server.close();
});

describe("a token is asked with", () => {
  const toText = (claudeAiOauth: unknown) => JSON.stringify({ claudeAiOauth });
  const accessToken = "sk-ant-oat01-invented";

  test("while it is valid", () => {
    const token = parseToken(toText({ accessToken, expiresAt: NOW + 3_600_000 }), NOW);
    expect(token?.text).toBe(accessToken);
    expect(token?.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  test.each([
    ["expired", toText({ accessToken, expiresAt: NOW - 1 })],
    ["about to expire", toText({ accessToken, expiresAt: NOW + 1_000 })],
    ["without an end", toText({ accessToken })],
    ["empty", toText({ accessToken: "", expiresAt: NOW + 3_600_000 })],
    ["with a line break", toText({ accessToken: `${accessToken}\nx`, expiresAt: NOW + 3_600_000 })],
    ["of another kind", '{ "mcpOAuth": {} }'],
    ["in half a file", '{ "claudeAiOauth": {'],
  ])("not when it is %s", (_name, text) => {
    expect(parseToken(text, NOW)).toBeUndefined();
  });
});
