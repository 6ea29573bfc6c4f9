// The environment of a client behind the proxy, and what keeps it from getting one.
import { describe, expect, test } from "vitest";
import { findObstacle, toProxyEnvironment } from "../../../../bridge/cli/proxy/proxy-environment.ts";

const MARK = "X-Claude-Meter-Login: own";

test("names the proxy, keeps the client as it is without, and exempts loopback from other proxies", () => {
  expect(toProxyEnvironment({ port: 4711 }, { NO_PROXY: "intranet, localhost" }, {})).toEqual({
    ANTHROPIC_BASE_URL: "http://127.0.0.1:4711",
    _CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL: "1",
    NO_PROXY: "intranet,localhost,127.0.0.1",
    no_proxy: "intranet,localhost,127.0.0.1",
    ANTHROPIC_CUSTOM_HEADERS: MARK,
  });
});

test("a proxy that holds turns gives Claude Code more patience, and never takes any", () => {
  const toLimit = (environment: Record<string, string>, holds = true) =>
    toProxyEnvironment({ port: 1, holds }, environment, {})["CLAUDE_STREAM_IDLE_TIMEOUT_MS"];
  expect(toLimit({})).toBe("21600000");
  expect(toLimit({ CLAUDE_STREAM_IDLE_TIMEOUT_MS: "600000" })).toBe("21600000");
  expect(toLimit({ CLAUDE_STREAM_IDLE_TIMEOUT_MS: "86400000" })).toBe("86400000");
  expect(toLimit({}, false)).toBeUndefined();
});

describe("the mark of the own login", () => {
  test.each<[string, Record<string, string>, Record<string, string>, string | undefined]>([
    ["joins the user's own headers", { ANTHROPIC_CUSTOM_HEADERS: "X-Team: a" }, {}, `X-Team: a\n${MARK}`],
    ["is set once", { ANTHROPIC_CUSTOM_HEADERS: MARK }, {}, MARK],
    ["is not set beside another token", { CLAUDE_CODE_OAUTH_TOKEN: "t" }, {}, undefined],
    ["is not set beside a key", { ANTHROPIC_API_KEY: "k" }, {}, undefined],
    ["is not set when the settings hold a token", {}, { CLAUDE_CODE_OAUTH_TOKEN: "t" }, undefined],
    [
      "is not set when a header replaces the login",
      { ANTHROPIC_CUSTOM_HEADERS: "authorization: Bearer x" },
      {},
      undefined,
    ],
    ["is taken back", { ANTHROPIC_CUSTOM_HEADERS: `X-Team: a\n${MARK}`, ANTHROPIC_AUTH_TOKEN: "t" }, {}, "X-Team: a"],
  ])("%s", (_name, environment, settings, headers) => {
    expect(toProxyEnvironment({ port: 1 }, environment, settings)["ANTHROPIC_CUSTOM_HEADERS"]).toBe(headers);
  });
});

describe("what is in the way is said", () => {
  test.each<[Record<string, string>, Record<string, string>, RegExp | undefined]>([
    [{}, {}, undefined],
    [{ ANTHROPIC_BASE_URL: "http://127.0.0.1:4711" }, {}, undefined],
    [{ ANTHROPIC_BASE_URL: "https://gateway.example" }, {}, /^ANTHROPIC_BASE_URL is set already/],
    [{}, { ANTHROPIC_BASE_URL: "https://gateway.example" }, /settings\.json sets ANTHROPIC_BASE_URL/],
    [{ CLAUDE_CODE_USE_BEDROCK: "1" }, {}, /^CLAUDE_CODE_USE_BEDROCK is set/],
    [{ HTTPS_PROXY: "http://proxy:3128" }, {}, /^HTTPS_PROXY is set/],
  ])("%o %o", (environment, settings, words) => {
    const obstacle = findObstacle(environment, settings, "http://127.0.0.1:4711");
    if (words) expect(obstacle).toMatch(words);
    else expect(obstacle).toBeUndefined();
  });
});
