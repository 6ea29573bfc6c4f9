// Only a paired install, only at this time, only once, only exactly what was signed.
import { beforeEach, describe, expect, test } from "vitest";
import { type Authenticator, createAuthenticator } from "../../../bridge/daemon/authenticate.ts";
import type { RequestHead } from "../../../bridge/daemon/decide-refusal.ts";
import type { KeyRing } from "../../../bridge/daemon/key-ring.ts";
import { createNonces } from "../../../bridge/daemon/nonces.ts";
import { Refusal } from "../../../bridge/daemon/refusal.ts";
import { importKey, MAX_CLOCK_SKEW_MS, signRequest, verifyAnswer } from "../../../shared/signing.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const STARTED = NOON - 3_600_000;
const HOST = "127.0.0.1:63762";
const INSTALL = "00000000-0000-4000-8000-0000000000cc";
const OTHER = "00000000-0000-4000-8000-0000000000dd";
const key = await importKey(new Uint8Array(32).fill(1));
const otherKey = await importKey(new Uint8Array(32).fill(2));
const body = new TextEncoder().encode("{}");

const paired = new Map([
  [INSTALL, { key, browser: "Chrome" }],
  [OTHER, { key: otherKey, browser: "Arc" }],
]);
const keys: KeyRing = {
  find: (install) => paired.get(install),
  issue: async () => "revoked",
  list: () => [],
  revoke: async () => false,
};

const MAX_NONCES = 50;
let nowMs = NOON;
let authenticator: Authenticator;

beforeEach(() => {
  nowMs = NOON;
  authenticator = createAuthenticator({
    keys,
    host: HOST,
    now: () => nowMs,
    startedMs: STARTED,
    nonces: createNonces(MAX_NONCES),
  });
});

type Signing = { atMs?: number; install?: string; by?: CryptoKey; method?: string; path?: string; host?: string };

async function sign(options: Signing = {}): Promise<{ head: RequestHead; header: string; nonce: string }> {
  const { atMs = NOON, install = INSTALL, by = key, method = "POST", path = "/snapshots", host = HOST } = options;
  const { header, nonce } = await signRequest(by, install, { method, path, host, body }, atMs);
  return { head: toHead(header, method, path), header, nonce };
}

function toHead(header: string, method = "POST", target = "/snapshots"): RequestHead {
  return { method, target, rawHeaders: ["Host", HOST, "Authorization", header] };
}

/** "accepted", "busy for …", or the code of the refusal and whether the body would have been read before it. */
async function decide(head: RequestHead, sent = body): Promise<string> {
  let step = "head";
  try {
    const pending = authenticator.begin(head);
    step = "body";
    const { waitMs } = await authenticator.finish(pending, head, sent);
    return waitMs === 0 ? "accepted" : `busy for ${waitMs} ms`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `${error.code} at its ${step}`;
  }
}

const REFUSED = "unauthorised at its head";

describe("who", () => {
  test("a paired install that signs is accepted, and the answer is proven to it", async () => {
    const { head, nonce } = await sign();
    const { prove } = await authenticator.finish(authenticator.begin(head), head, body);
    const answer = new TextEncoder().encode('{"acknowledged":[1]}');
    const proof = await prove(200, answer);
    expect(await verifyAnswer(key, proof, { nonce, status: 200, body: answer })).toBe(true);
    expect(await verifyAnswer(otherKey, proof, { nonce, status: 200, body: answer })).toBe(false);
  });

  test.each<[string, string[]]>([
    ["no header", []],
    ["an empty one", ["Authorization", ""]],
    ["a password", ["Authorization", "Basic dXNlcjpwYXNz"]],
    ["a token", ["Authorization", `Bearer ${"a".repeat(64)}`]],
  ])("with %s is refused before the body is read", async (_name, rawHeaders) => {
    const head = { method: "POST", target: "/snapshots", rawHeaders: ["Host", HOST, ...rawHeaders] };
    expect(await decide(head)).toBe(REFUSED);
  });

  test("two headers are refused, in whatever order and spelling", async () => {
    const { header } = await sign();
    for (const names of [["Authorization", "authorization"] as const, ["AUTHORIZATION", "Authorization"] as const]) {
      for (const second of [header, "Basic x", ""]) {
        const rawHeaders = [names[0], header, names[1], second];
        expect(await decide({ method: "POST", target: "/snapshots", rawHeaders })).toBe(REFUSED);
      }
    }
  });

  test("an install that was never paired, or is no longer, is refused before the body is read", async () => {
    const install = "00000000-0000-4000-8000-0000000000ee";
    const { head } = await sign({ install });
    expect(await decide(head)).toBe(REFUSED);
    paired.set(install, { key, browser: "Chrome" });
    expect(await decide((await sign({ install })).head)).toBe("accepted");
    paired.delete(install);
    expect(await decide((await sign({ install })).head)).toBe(REFUSED);
  });

  test("one install's key is nothing under the name of another", async () => {
    expect(await decide((await sign({ by: otherKey })).head)).toBe("unauthorised at its body");
    expect(await decide((await sign({ install: OTHER })).head)).toBe("unauthorised at its body");
    expect(await decide((await sign({ install: OTHER, by: otherKey })).head)).toBe("accepted");
  });

  test("a name that every object has is no install", async () => {
    const { header } = await sign();
    for (const kid of ["__proto__", "constructor", "toString"]) {
      expect(await decide(toHead(header.replace(INSTALL, kid)))).toBe(REFUSED);
    }
  });
});

describe("what", () => {
  test.each<[string, Signing]>([
    ["the method", { method: "GET" }],
    ["the path", { path: "/hello" }],
    ["the query", { path: "/snapshots?x" }],
    ["the host", { host: "127.0.0.1:63763" }],
  ])("%s that was signed must be that of the request", async (_name, signed) => {
    const { header } = await sign(signed);
    expect(await decide(toHead(header))).toBe("unauthorised at its body");
  });

  test.each([
    ["another", new TextEncoder().encode("[]")],
    ["none", new Uint8Array()],
    ["a longer one", new TextEncoder().encode("{} ")],
  ])("the body that was signed must be that of the request: %s", async (_name, sent) => {
    expect(await decide((await sign()).head, sent)).toBe("unauthorised at its body");
  });

  test("a signature that is cut or changed is refused", async () => {
    const { header } = await sign();
    expect(await decide(toHead(header.slice(0, -1)))).toBe(REFUSED);
    const last = header.endsWith("0") ? "1" : "0";
    expect(await decide(toHead(`${header.slice(0, -1)}${last}`))).toBe("unauthorised at its body");
  });

  test("a wrong signature uses up nothing: the right one with its nonce still counts", async () => {
    const { head, header } = await sign();
    const forged = header.replace(/mac=.*/, `mac=${"0".repeat(64)}`);
    expect(await decide(toHead(forged))).toBe("unauthorised at its body");
    expect(await decide(head)).toBe("accepted");
  });
});

describe("when", () => {
  test.each([
    { seconds: 0, outcome: "accepted" },
    { seconds: 119, outcome: "accepted" },
    { seconds: -119, outcome: "accepted" },
    { seconds: 120, outcome: "accepted" },
    { seconds: -120, outcome: "accepted" },
    { seconds: 120.001, outcome: REFUSED },
    { seconds: -120.001, outcome: REFUSED },
    { seconds: 121, outcome: REFUSED },
    { seconds: -121, outcome: REFUSED },
    { seconds: 86_400, outcome: REFUSED },
    { seconds: -3_600 * 24 * 365, outcome: REFUSED },
  ])("signed $seconds s after the bridge's clock: $outcome", async ({ seconds, outcome }) => {
    expect(await decide((await sign({ atMs: NOON + seconds * 1000 })).head)).toBe(outcome);
  });

  test.each([
    { ms: -1, outcome: REFUSED },
    { ms: 0, outcome: "accepted" },
    { ms: 1, outcome: "accepted" },
  ])("signed $ms ms after the bridge was started: $outcome", async ({ ms, outcome }) => {
    nowMs = STARTED + 1_000;
    expect(await decide((await sign({ atMs: STARTED + ms })).head)).toBe(outcome);
  });
});

describe("when the clock is set back behind the start", () => {
  test.each([
    { name: "by an hour", toMs: STARTED - 3_600_000 },
    { name: "by a day", toMs: STARTED - 86_400_000 },
    { name: "to 2001", toMs: 1_000_000_000_000 },
  ])("$name, a browser of the same clock is heard from its next request on", async ({ toMs }) => {
    nowMs = toMs;
    const early = await sign({ atMs: toMs - 1 });
    expect(await decide(early.head)).toBe(REFUSED);
    expect(await decide((await sign({ atMs: toMs })).head)).toBe("accepted");
    nowMs = toMs + 60_000;
    const { head } = await sign({ atMs: nowMs });
    expect(await decide(head)).toBe("accepted");
    expect(await decide(head)).toBe(REFUSED);
    expect(await decide(early.head)).toBe(REFUSED);
  });

  test("and right again, nothing is accepted that would not have been before", async () => {
    nowMs = STARTED - 3_600_000;
    expect(await decide((await sign({ atMs: nowMs })).head)).not.toBe(REFUSED);
    nowMs = NOON;
    expect(await decide((await sign({ atMs: NOON })).head)).toBe("accepted");
    expect(await decide((await sign({ atMs: STARTED - 3_600_000 })).head)).toBe(REFUSED);
  });
});

describe("once", () => {
  test("a request that was accepted is refused from then on, before its body is read", async () => {
    const { head } = await sign();
    expect(await decide(head)).toBe("accepted");
    expect(await decide(head)).toBe(REFUSED);
  });

  test("of two that arrive together only one counts", async () => {
    const { head } = await sign();
    const results = await Promise.all(Array.from({ length: 10 }, () => decide(head)));
    expect(results.filter((result) => result === "accepted")).toHaveLength(1);
  });

  test.each([-119, 0, 119])("signed %i s off the bridge's clock, it never counts again, however late", async (off) => {
    const { head } = await sign({ atMs: NOON + off * 1000 });
    expect(await decide(head)).toBe("accepted");
    for (let second = 1; second <= 300; second++) {
      nowMs = NOON + second * 1000;
      expect(await decide(head)).not.toBe("accepted");
      // Another request makes the bridge forget what it no longer needs to know.
      if (second % 7 === 0) expect(await decide((await sign({ atMs: nowMs })).head)).toBe("accepted");
    }
  });

  test("a copy whose body is held back until its nonce is forgotten is refused", async () => {
    const atMs = NOON - MAX_CLOCK_SKEW_MS + 1_000;
    const { head } = await sign({ atMs });
    const heldBack = authenticator.begin(head);
    expect(await decide(head)).toBe("accepted");
    nowMs = NOON + 1_500;
    expect(await decide((await sign({ atMs: nowMs })).head)).toBe("accepted");
    await expect(authenticator.finish(heldBack, head, body)).rejects.toMatchObject({ code: "unauthorised" });
  });
});

describe("how often", () => {
  async function fill({ install = INSTALL, by = key, atMs = nowMs }: Signing = {}): Promise<string[]> {
    const outcomes: string[] = [];
    for (let sent = 0; sent < MAX_NONCES; sent += 1)
      outcomes.push(await decide((await sign({ install, by, atMs })).head));
    return outcomes;
  }

  test.each([
    { offMs: 0, waitMs: 120_001 },
    { offMs: -119_000, waitMs: 1_001 },
    { offMs: 120_000, waitMs: 240_001 },
  ])("one that signed too much $offMs ms off is heard again after $waitMs ms, and not before", async (each) => {
    expect(new Set(await fill({ atMs: NOON + each.offMs }))).toEqual(new Set(["accepted"]));
    expect(await decide((await sign()).head)).toBe(`busy for ${each.waitMs} ms`);
    nowMs = NOON + each.waitMs - 1;
    expect(await decide((await sign({ atMs: nowMs })).head)).toBe("busy for 1 ms");
    nowMs += 1;
    expect(await decide((await sign({ atMs: nowMs })).head)).toBe("accepted");
  });

  test("another is heard meanwhile as if nothing were", async () => {
    await fill();
    expect(await decide((await sign()).head)).toBe("busy for 120001 ms");
    expect(new Set(await fill({ install: OTHER, by: otherKey }))).toEqual(new Set(["accepted"]));
  });

  test("what is not heard is proven as any answer, uses up nothing, and may come again", async () => {
    await fill();
    nowMs = NOON + 60_000;
    const { head, nonce } = await sign({ atMs: nowMs });
    const { prove, waitMs } = await authenticator.finish(authenticator.begin(head), head, body);
    expect(waitMs).toBe(60_001);
    expect(await verifyAnswer(key, await prove(429, body), { nonce, status: 429, body })).toBe(true);
    nowMs += waitMs;
    expect(await decide(head)).toBe("accepted");
    expect(await decide(head)).toBe(REFUSED);
  });

  test("whoever has no key fills nobody's room", async () => {
    for (let sent = 0; sent < 2 * MAX_NONCES; sent += 1) await decide((await sign({ by: otherKey })).head);
    expect(await decide((await sign()).head)).toBe("accepted");
  });

  test("a clock that is set back leaves no room taken, and what it had counted counts once", async () => {
    const { head } = await sign();
    expect(await decide(head)).toBe("accepted");
    await fill();
    nowMs = STARTED - 3_600_000;
    expect(await decide((await sign({ atMs: nowMs })).head)).toBe("accepted");
    nowMs = NOON + 1_000;
    expect(await decide(head)).toBe(REFUSED);
  });
});
