// From an answer of the API to what a user sees: `limits`, `why`, metrics and rows.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { runCli } from "../harness/program.ts";
import { startProxy } from "../harness/proxy-process.ts";
import { type RawRequest, send } from "../harness/raw-http.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { openUpstream, type Upstream } from "../proxy-upstream/upstream.ts";

let upstream: Upstream;
beforeAll(async () => {
  upstream = await openUpstream();
});
afterAll(() => upstream.close());

const KEY = "sk-ant-api03-INVENTED";

function toRequest(port: number): RawRequest {
  const body = Buffer.from('{"model":"claude-opus-5-5","messages":[]}');
  return {
    method: "POST",
    target: "/v1/messages",
    headers: [
      ["host", `127.0.0.1:${port}`],
      ["x-api-key", KEY],
      ["connection", "close"],
      ["content-length", String(body.length)],
    ],
    body,
  };
}

/** The headers of a key with this much left, and an error when there is nothing. */
function answerWith(remaining: number): void {
  const reset = new Date(Date.now() + 40_000).toISOString();
  upstream.answer((asked, response) => {
    asked.resume();
    response.writeHead(remaining === 0 ? 429 : 200, {
      "content-type": "application/json",
      "retry-after": "12",
      "anthropic-ratelimit-input-tokens-limit": "80000",
      "anthropic-ratelimit-input-tokens-remaining": String(remaining),
      "anthropic-ratelimit-input-tokens-reset": reset,
    });
    response.end("{}");
  });
}

describe("a key's limits", () => {
  test("are in limits within a second, a refusal in why, and neither names the key", async ({ bridge, home }) => {
    await bridge.start();
    const proxy = await startProxy(home.folder, upstream.url);
    answerWith(4_000);
    await send(proxy.port, toRequest(proxy.port));
    const answeredMs = Date.now();
    const limits = await waitFor(
      () => home.run(["limits"]),
      ({ code }) => code === 0,
    );
    console.log(`limits after ${Date.now() - answeredMs} ms, the command included`);
    expect(limits.stdout).toMatch(
      /^key [0-9a-f]{12} · claude-opus-5-5, \d+ s ago:\n {2}input tokens: 4000 of 80000 left \(5 %\) LOW, full in \d+ s {2}binds\n$/,
    );
    await proxy.hasSaid("input-tokens of key");
    expect(await home.run(["why"])).toMatchObject({ code: 69, stdout: "" });

    answerWith(0);
    await send(proxy.port, toRequest(proxy.port));
    const why = await waitFor(
      () => home.run(["why"]),
      ({ code }) => code === 0,
    );
    expect(why.stdout).toMatch(
      /^\S+ \(\d+ s ago\), claude-opus-5-5, key [0-9a-f]{12}: Input tokens per minute \(of the organisation, shared by its keys, 80000 allowed\): retry in \d+ s, full again .*\. Helps: .*\.\n$/,
    );
    const metrics = await home.run(["metrics"]);
    expect(metrics.stdout).toMatch(
      /claude_meter_api_remaining_ratio\{key="[0-9a-f]{12}",model="claude-opus-5-5",workspace="unknown",limit="input-tokens"\} 0\n/,
    );
    const file = join(home.folder, "limits.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).not.toContain(KEY);
    for (const json of [await home.run(["limits", "--json"]), await home.run(["why", "--json"])]) {
      expect(JSON.parse(json.stdout)).toMatchObject({});
      expect(json.stdout).not.toContain(KEY);
    }
  });

  test("are known again after a restart of the bridge", async ({ bridge, home }) => {
    await bridge.start();
    const proxy = await startProxy(home.folder, upstream.url);
    answerWith(0);
    await send(proxy.port, toRequest(proxy.port));
    await waitFor(
      () => home.run(["why"]),
      ({ code }) => code === 0,
    );
    await bridge.stop();
    await bridge.start();
    expect(await home.run(["why"])).toMatchObject({ code: 0 });
  });
});

describe("limits explain", () => {
  const paste = async (folder: string, text: string, ...options: string[]) =>
    await runCli(folder, ["limits", "explain", ...options], { stdin: text });

  test("needs neither bridge nor proxy", async ({ folder }) => {
    const text = "HTTP/2 429 \r\nretry-after: 12\r\nanthropic-ratelimit-requests-remaining: 0\r\n\r\n";
    const { code, stdout } = await paste(folder, text);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Requests per minute \(of the organisation, shared by its keys\): retry in 12 s\. Helps: /);
    expect(JSON.parse((await paste(folder, text, "--json")).stdout)).toMatchObject({
      kind: "requests",
      whose: "organisation",
    });
  });

  test("says when it knows nothing of it", async ({ folder }) => {
    expect(await paste(folder, "hello\n")).toMatchObject({ code: 69, stdout: "" });
    expect(await paste(folder, "hello\n", "--json")).toMatchObject({ code: 69, stdout: "null\n" });
  });
});
