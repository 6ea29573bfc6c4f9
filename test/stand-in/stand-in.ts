// A claude.ai on 127.0.0.1 that a real Chromium reaches under its real name, with sessions, scenarios and failures.
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import { createAccounts } from "./accounts.ts";
import { type Answer, toErrorAnswer } from "./answer.ts";
import { toApiAnswer } from "./api-answer.ts";
import { type FailureRule, takeFailure, toFailedAnswer } from "./failure.ts";
import { toPageAnswer } from "./page-answer.ts";
import { findSignedIn, readSessionKey } from "./session.ts";
import type { StandInAccount } from "./stand-in-account.ts";

export type StandInRequest = {
  method: string;
  /** With the query. */
  path: string;
  /** Whether a sessionKey came along, valid or not. */
  cookie: boolean;
  at: number;
  secFetchSite: string | undefined;
  /** The login name of the account that the answer is about. */
  account?: string;
};

export type StandInOptions = { now?: () => number; port?: number; accounts?: StandInAccount[] };

export type StandIn = {
  readonly port: number;
  readonly spki: string;
  /** What makes Chromium go here for claude.ai and accept the certificate. */
  readonly chromiumArguments: string[];
  /** To be changed in place: every answer is made from what stands here at its moment. */
  readonly accounts: StandInAccount[];
  readonly requests: StandInRequest[];
  /** Rules add up; the first that matches a path counts. */
  fail: (rule: FailureRule) => void;
  /** Ends all failures and an account switch. */
  heal: () => void;
  /** After `count` more API requests every session answers as account `name`. */
  switchAccountAfter: (count: number, name: string) => void;
  close: () => Promise<void>;
};

export async function createStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const now = options.now ?? Date.now;
  const accounts = options.accounts ?? Object.values(createAccounts(now()));
  const requests: StandInRequest[] = [];
  const rules: FailureRule[] = [];
  let accountSwitch: { left: number; name: string } | undefined;

  function findAccount(sessionKey: string | undefined, isApi: boolean): StandInAccount | undefined {
    const signedIn = findSignedIn(accounts, sessionKey);
    if (!signedIn || !accountSwitch || !isApi) return signedIn;
    const { left, name } = accountSwitch;
    if (left === 0) return accounts.find((account) => account.name === name);
    accountSwitch = { left: left - 1, name };
    return signedIn;
  }

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "/", headers } = request;
    const [path = "/", query = ""] = url.split("?", 2);
    const isApi = path.startsWith("/api/");
    const sessionKey = readSessionKey(headers.cookie);
    const account = findAccount(sessionKey, isApi);
    requests.push({
      method,
      path: url,
      cookie: sessionKey !== undefined,
      at: now(),
      secFetchSite: headers["sec-fetch-site"]?.toString(),
      ...(account ? { account: account.name } : {}),
    });
    const failure = takeFailure(rules, url);
    const normal = isApi
      ? (toMethodAnswer(method) ?? toApiAnswer(path, account, now()))
      : toPageAnswer({ path, query, signedIn: account, accounts });
    writeHeaders(response, now());
    deliver(response, failure ? toFailedAnswer(failure, normal) : normal, failure);
  }

  const { port, spki, close } = await listen(onRequest, options.port ?? 0);
  return {
    port,
    spki,
    chromiumArguments: [
      `--host-resolver-rules=MAP claude.ai:443 127.0.0.1:${port}`,
      `--ignore-certificate-errors-spki-list=${spki}`,
    ],
    accounts,
    requests,
    fail: (rule) => void rules.push(rule),
    heal: () => {
      rules.length = 0;
      accountSwitch = undefined;
    },
    switchAccountAfter: (count, name) => {
      accountSwitch = { left: count, name };
    },
    close,
  };
}

async function listen(onRequest: (request: IncomingMessage, response: ServerResponse) => void, wantedPort: number) {
  const cert = readFileSync(new URL("./certificate.pem", import.meta.url));
  const key = readFileSync(new URL("./private-key.pem", import.meta.url));
  const publicKey = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" });
  const server = createServer({ cert, key }, onRequest);
  // closeAllConnections() leaves out sockets before their TLS handshake, and Chromium keeps such in reserve.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(wantedPort, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in has no port");
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: address.port, spki: createHash("sha256").update(publicKey).digest("base64"), close };
}

/** A meter only reads: anything but GET is answered in a way that a test notices. */
function toMethodAnswer(method: string): Answer | undefined {
  return method === "GET" ? undefined : toErrorAnswer(405, "invalid_request_error", "Method not allowed");
}

function writeHeaders(response: ServerResponse, nowMs: number): void {
  // Chromium repeats a reset request by itself when the connection was used before; then no failure is seen.
  response.shouldKeepAlive = false;
  response.setHeader("date", new Date(nowMs).toUTCString());
  response.setHeader("cache-control", "private, no-store");
  response.setHeader("server", "cloudflare");
  response.setHeader("cf-cache-status", "DYNAMIC");
}

function deliver(response: ServerResponse, { status, headers, body }: Answer, failure: FailureRule | undefined): void {
  const send = () => response.writeHead(status, headers).end(body);
  switch (failure?.kind) {
    case "hang":
      return;
    case "reset":
      response.destroy();
      return;
    case "slow": {
      const timer = setTimeout(send, failure.delayMs ?? 0);
      response.once("close", () => clearTimeout(timer));
      return;
    }
    case "truncated":
      response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    default:
      send();
  }
}
