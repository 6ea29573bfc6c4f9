// One answer of claude.ai, told apart by its head before its size: a challenge of any size is one.
import { afterEach, describe, expect, test } from "vitest";
import { fetchAnswer } from "../../../extension/claude-ai/fetch-answer.ts";
import { parseAnswer } from "../../../extension/claude-ai/parse-answer.ts";
import { MAX_ANSWER_BYTES } from "../../../shared/protocol.ts";

const realFetch = globalThis.fetch;
const NOON = Date.UTC(2026, 10, 20, 12);
const never = new AbortController().signal;

afterEach(() => {
  globalThis.fetch = realFetch;
});

type Page = { status?: number; type?: string; headers?: Record<string, string>; text: string };

async function read({ status = 200, type = "text/html; charset=utf-8", headers = {}, text }: Page): Promise<unknown> {
  globalThis.fetch = async (url) => {
    const response = new Response(text, { status, headers: { "content-type": type, ...headers } });
    Object.defineProperty(response, "url", { value: String(url) });
    return await Promise.resolve(response);
  };
  return parseAnswer(await fetchAnswer("/api/account", never), "session", NOON);
}

const words = "<html><head><title>Just a moment...</title></head></html>";
const large = " ".repeat(MAX_ANSWER_BYTES);
const json = "application/json";

describe("told apart whatever its size", () => {
  test.each<[string, Page, string]>([
    ["a challenge that names itself", { status: 403, headers: { "cf-mitigated": "challenge" }, text: "" }, "challenge"],
    ["a large one", { status: 403, headers: { "cf-mitigated": "challenge" }, text: large + words }, "challenge"],
    ["a challenge by its words", { status: 403, text: words }, "challenge"],
    ["one whose words stand behind 128 kB", { status: 403, text: large + words }, "challenge"],
    ["a 429 of 200 kB", { status: 429, text: large }, "rate-limited"],
    ["a server error of 200 kB", { status: 503, text: large + large }, "server-error"],
    ["JSON that is larger than any of ours", { type: json, text: `{}${large}` }, "changed"],
  ])("%s: %s", async (_name, page, code) => {
    await expect(read(page)).rejects.toMatchObject({ code });
  });

  test("JSON as large as we read", async () => {
    expect(await read({ type: json, text: `{}${large.slice(2)}` })).toEqual({});
  });
});

test("a look whose time is up ends what hangs", async () => {
  globalThis.fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
  const budget = new AbortController();
  const asked = fetchAnswer("/api/account", budget.signal);
  budget.abort();
  await expect(asked).rejects.toMatchObject({ code: "offline" });
});
