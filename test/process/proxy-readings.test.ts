// From the headers of a subscription's answer to the row that every pane reads.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import * as z from "zod/mini";
import { startProxy } from "../harness/proxy-process.ts";
import { send } from "../harness/raw-http.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { openUpstream, type Upstream } from "../proxy-upstream/upstream.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../shared/wire-examples.ts";

let upstream: Upstream;
beforeAll(async () => {
  upstream = await openUpstream();
  const reset = String(Math.floor(Date.now() / 1000) + 3_600);
  upstream.answer((asked, response) => {
    asked.resume();
    response.writeHead(200, {
      "anthropic-organization-id": ORG_UUID,
      "anthropic-ratelimit-unified-status": "allowed",
      "anthropic-ratelimit-unified-5h-utilization": "0.07",
      "anthropic-ratelimit-unified-5h-reset": reset,
    });
    response.end("{}");
  });
});
afterAll(() => upstream.close());

const rowsSchema = z.looseObject({
  rows: z.array(
    z.looseObject({
      account_uuid: z.nullable(z.string()),
      windows: z.array(z.looseObject({ id: z.string(), utilization: z.nullable(z.number()) })),
    }),
  ),
});

async function readRows(folder: string) {
  // There is none before the first reading.
  const text = await readFile(join(folder, "status.json"), "utf8").catch(() => '{ "rows": [] }');
  return rowsSchema.parse(JSON.parse(text)).rows;
}

async function ask(port: number, mark: readonly (readonly [string, string])[]): Promise<void> {
  const user = JSON.stringify({ device_id: "d", account_uuid: ACCOUNT_UUID, session_id: "s" });
  const body = Buffer.from(JSON.stringify({ model: "claude-opus-5-5", metadata: { user_id: user } }));
  const answer = await send(port, {
    method: "POST",
    target: "/v1/messages?beta=true",
    headers: [
      ["host", `127.0.0.1:${port}`],
      ["authorization", "Bearer sk-ant-oat01-INVENTED"],
      ...mark,
      ["connection", "close"],
      ["content-length", String(body.length)],
    ],
    body,
  });
  expect(answer?.status).toBe(200);
}

describe("an answer of the own login", () => {
  test("is in status.json within a second", async ({ bridge, home }) => {
    await bridge.start();
    const proxy = await startProxy(home.folder, upstream.url);
    await ask(proxy.port, [["X-Claude-Meter-Login", "own"]]);
    const answeredMs = performance.now();
    const [row] = await waitFor(
      () => readRows(home.folder),
      (rows) => rows.length > 0,
    );
    console.log(`in status.json ${Math.round(performance.now() - answeredMs)} ms after the answer`);
    expect(row).toMatchObject({ account_uuid: ACCOUNT_UUID, windows: [{ id: "five_hour", utilization: 7 }] });
  });

  test("is no reading without the mark: another credential may have paid", async ({ bridge, home }) => {
    await bridge.start();
    const proxy = await startProxy(home.folder, upstream.url);
    await ask(proxy.port, []);
    await ask(proxy.port, [["X-Claude-Meter-Login", "other"]]);
    // What the proxy has to tell, it tells before it ends.
    proxy.kill("SIGTERM");
    await proxy.ended;
    expect(await readRows(home.folder)).toEqual([]);
  });
});
