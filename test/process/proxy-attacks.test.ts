// What the proxy lets nobody do: web pages, rebound names, other upstreams, floods; and what it never writes down.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { runCli } from "../harness/program.ts";
import { type ProxyProcess, startProxy } from "../harness/proxy-process.ts";
import { exchange, send, toBytes } from "../harness/raw-http.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { openUpstream, type Upstream } from "../proxy-upstream/upstream.ts";

const MEGABYTE = 1024 * 1024;
const BEARER = "sk-ant-oat01-INVENTED-BEARER";
const KEY = "sk-ant-api03-INVENTED-KEY";

let upstream: Upstream;
let proxy: ProxyProcess;
let own: readonly [string, string];

beforeAll(async () => {
  upstream = await openUpstream();
});
afterAll(() => upstream.close());
test.beforeAll(async ({ sharedFolder }) => {
  proxy = await startProxy(sharedFolder, upstream.url);
  own = ["host", `127.0.0.1:${proxy.port}`];
});

type Attack = {
  name: string;
  status: number | "closed";
  method?: string;
  target?: string;
  headers?: [string, string][];
  host?: string[];
};

const attacks: readonly Attack[] = [
  {
    name: "a page's fetch",
    status: 403,
    headers: [
      ["origin", "https://evil.example"],
      ["sec-fetch-mode", "cors"],
    ],
  },
  { name: "a page's fetch of its own origin", status: 403, headers: [["origin", "http://127.0.0.1:63763"]] },
  { name: "a sandboxed page", status: 403, headers: [["origin", "null"]] },
  { name: "an extension's fetch", status: 403, headers: [["origin", "chrome-extension://abcdefghijklmnop"]] },
  {
    name: "an image",
    status: 403,
    method: "GET",
    headers: [
      ["sec-fetch-site", "cross-site"],
      ["sec-fetch-dest", "image"],
    ],
  },
  { name: "a link", status: 403, method: "GET", headers: [["referer", "https://evil.example/"]] },
  {
    name: "a preflight",
    status: 403,
    method: "OPTIONS",
    headers: [
      ["origin", "https://evil.example"],
      ["access-control-request-method", "POST"],
    ],
  },
  { name: "a request with cookies", status: 403, headers: [["cookie", "sessionKey=1"]] },
  { name: "a rebound name", status: 403, host: ["evil.example"] },
  { name: "a rebound name with our port", status: 403, host: ["evil.example:PORT"] },
  { name: "localhost", status: 403, host: ["localhost:PORT"] },
  { name: "the address without a port", status: 403, host: ["127.0.0.1"] },
  { name: "another spelling of the address", status: 403, host: ["127.1:PORT"] },
  { name: "two Hosts", status: 403, host: ["127.0.0.1:PORT", "evil.example"] },
  { name: "no Host", status: 403, host: [] },
  { name: "an absolute target", status: 404, target: "http://evil.example/v1/messages" },
  { name: "an absolute target over https", status: 404, target: "https://evil.example/v1/messages" },
  { name: "a network path", status: 404, target: "//evil.example/v1/messages" },
  { name: "a backslash", status: 404, target: "/\\evil.example/v1/messages" },
  { name: "a name before the path", status: "closed", target: "@evil.example/v1/messages" },
  { name: "dot segments", status: 404, target: "/v1/../api/oauth/usage" },
  { name: "encoded dot segments", status: 404, target: "/v1/%2e%2e/api/oauth/usage" },
  { name: "an encoded slash", status: 404, target: "/v1%2f..%2fapi" },
  { name: "another path", status: 404, method: "GET", target: "/api/oauth/usage" },
  { name: "an empty segment", status: 404, target: "/v1//messages" },
  { name: "a fragment", status: 404, target: "/v1/messages#x" },
  { name: "an encoded line feed in the query", status: 200, target: "/v1/messages?x=%0d%0ax-evil:1" },
  { name: "a star", status: "closed", method: "OPTIONS", target: "*" },
  { name: "a tunnel", status: "closed", method: "CONNECT", target: "evil.example:443" },
  {
    name: "another protocol",
    status: "closed",
    method: "GET",
    headers: [
      ["connection", "upgrade"],
      ["upgrade", "websocket"],
    ],
  },
  { name: "TRACE", status: 405, method: "TRACE" },
  { name: "PUT", status: 405, method: "PUT" },
  { name: "a body of 100 MB by its length", status: 413, headers: [["content-length", String(100 * MEGABYTE)]] },
  {
    name: "two lengths",
    status: "closed",
    headers: [
      ["content-length", "2"],
      ["content-length", "3"],
    ],
  },
  {
    name: "a length and chunks",
    status: "closed",
    headers: [
      ["content-length", "2"],
      ["transfer-encoding", "chunked"],
    ],
  },
  { name: "headers of 100 kB", status: "closed", headers: [["x-large", "x".repeat(100_000)]] },
];

describe("refused before anything is sent", () => {
  test.for(attacks)(
    "$name: $status",
    async ({ status, method = "POST", target = "/v1/messages", headers = [], host }) => {
      const before = upstream.requests();
      const hosts = (host ?? ["127.0.0.1:PORT"]).map((each): [string, string] => [
        "host",
        each.replace("PORT", String(proxy.port)),
      ]);
      const answer = await send(proxy.port, {
        method,
        target,
        headers: [...hosts, ["authorization", `Bearer ${BEARER}`], ["connection", "close"], ...headers],
      });
      // What Node's own parser refuses is closed, with or without its words.
      if (status === "closed") expect([undefined, 400, 403, 404, 405, 431]).toContain(answer?.status);
      else expect(answer?.status).toBe(status);
      expect(upstream.requests() - before).toBe(status === 200 ? 1 : 0);
      expect([...(answer?.headers.keys() ?? [])].filter((name) => name.startsWith("access-control"))).toEqual([]);
    },
  );

  test("a line feed in a header's value reaches nobody", async () => {
    const before = upstream.requests();
    const { text } = await exchange(
      proxy.port,
      Buffer.from(
        `POST /v1/messages HTTP/1.1\r\nhost: ${own[1]}\r\nx-a: 1\nx-b: 2\rx-c: 3\r\nconnection: close\r\n\r\n`,
      ),
    );
    expect(text === "" || text.startsWith("HTTP/1.1 400")).toBe(true);
    expect(upstream.requests() - before).toBe(0);
  });

  test("HTTP/1.0", async () => {
    const answer = await send(proxy.port, { method: "GET", target: "/v1/models", headers: [own], version: "1.0" });
    expect(answer?.status).toBe(505);
  });
});

describe("floods", () => {
  test("a body without a length is cut off at 64 MB, and the proxy stays small", async () => {
    let got = 0;
    let isWhole: boolean | undefined;
    upstream.answer((asked) => {
      asked.on("data", (chunk: Buffer) => {
        got += chunk.length;
      });
      asked.on("error", () => undefined);
      asked.on("close", () => {
        isWhole = asked.complete;
      });
    });
    const socket = connect(proxy.port, "127.0.0.1");
    let isClosed = false;
    socket.on("error", () => undefined);
    // Not by `once`, which takes the reset for a failure.
    const closed = new Promise<void>((resolve) => {
      socket.on("close", () => {
        isClosed = true;
        resolve();
      });
    });
    socket.write(toBytes({ method: "POST", target: "/v1/messages", headers: [own, ["transfer-encoding", "chunked"]] }));
    const piece = Buffer.concat([
      Buffer.from(`${MEGABYTE.toString(16)}\r\n`),
      Buffer.alloc(MEGABYTE),
      Buffer.from("\r\n"),
    ]);
    for (let sent = 0; sent < 100 && !isClosed; sent += 1) {
      if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
    }
    await closed;
    await waitFor(
      () => isWhole,
      (whole) => whole !== undefined,
    );
    expect([got < 70 * MEGABYTE, isWhole]).toEqual([true, false]);
    upstream.answer((_asked, response) => response.end("{}"));
  });

  test("headers that dribble are not waited for", async () => {
    const { ms } = await exchange(
      proxy.port,
      Buffer.from(`POST /v1/messages HTTP/1.1\r\nhost: ${own[1]}\r\nx-slow: `),
      (socket) => {
        const timer = setInterval(() => socket.write("x"), 500);
        socket.on("close", () => clearInterval(timer));
      },
    ).catch(() => ({ ms: Number.POSITIVE_INFINITY }));
    expect(ms).toBeLessThan(20_000);
  });
});

describe("what it never writes down", () => {
  test("no credential, body, query or header of an exchange is in its words or in any file", async ({
    sharedFolder,
  }) => {
    upstream.answer((_asked, response) =>
      response
        .writeHead(429, { "content-type": "application/json", "anthropic-ratelimit-requests-remaining": "0" })
        .end('{"type":"error","error":{"type":"rate_limit_error","message":"ANSWER-WORDS"}}'),
    );
    for (const header of [
      ["authorization", `Bearer ${BEARER}`],
      ["x-api-key", KEY],
    ] as const) {
      const answer = await send(proxy.port, {
        method: "POST",
        target: "/v1/messages?QUERY-WORDS=1",
        headers: [own, header, ["connection", "close"], ["content-length", "32"]],
        body: Buffer.from('{"model":"m","x":"PROMPT-WORDS"}'),
      });
      expect(answer?.status).toBe(429);
    }
    await proxy.hasSaid("refused (429): requests");
    const files = await readdir(sharedFolder, { recursive: true });
    const written = await Promise.all(
      files.map((file) => readFile(join(sharedFolder, file), "latin1").catch(() => "")),
    );
    const everything = [proxy.stdout(), proxy.stderr(), ...written].join("\n");
    expect(files).toContain("proxy.json");
    for (const secret of [BEARER, KEY, "ANSWER-WORDS", "QUERY-WORDS", "PROMPT-WORDS"])
      expect(everything).not.toContain(secret);
  });
});

describe("the port", () => {
  test("a second proxy of the same user is not started", async ({ sharedFolder }) => {
    const second = await runCli(sharedFolder, ["proxy", "--port", "0"]);
    expect(second.code).toBe(64);
    expect(second.stderr).toContain("already running on 127.0.0.1:");
  });

  test("a port that is taken is an error in words", async ({ home }) => {
    const taken = await home.run(["proxy", "--port", String(proxy.port)]);
    expect(taken.code).toBe(70);
    expect(taken.stderr).toContain("EADDRINUSE");
  });

  test("env gives nothing when another program has the port that the file names", async ({ home }) => {
    const own = await startProxy(home.folder, upstream.url);
    const env = await home.run(["proxy", "env"]);
    expect(env).toMatchObject({ code: 0, stderr: "" });
    expect(env.stdout.split("\n").slice(0, 2)).toEqual([
      `export ANTHROPIC_BASE_URL='http://127.0.0.1:${own.port}'`,
      "export _CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL='1'",
    ]);
    const place = await readFile(join(home.folder, "proxy.json"), "utf8");
    own.kill("SIGTERM");
    await own.ended;
    expect(await home.run(["proxy", "env"])).toMatchObject({ code: 69, stdout: "" });
    // A proxy of somebody else, on that port: it answers, and cannot prove what it does not know.
    await writeFile(join(home.folder, "proxy.json"), place.replace(/"port":\d+/, `"port":${proxy.port}`), {
      mode: 0o600,
    });
    expect(await home.run(["proxy", "env"])).toMatchObject({ code: 69, stdout: "" });
  });
});
