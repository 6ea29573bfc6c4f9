// Pairing by code: five guesses, two minutes, one use, whatever order and however many at once.
import { expect, test } from "vitest";
import type { KeyRing } from "../../../bridge/daemon/key-ring.ts";
import { createPairing, type Pairing } from "../../../bridge/daemon/pairing.ts";
import { Refusal } from "../../../bridge/daemon/refusal.ts";
import {
  CODE_ALPHABET,
  CODE_LENGTH,
  CODE_LIFE_MS,
  createNonce,
  derivePairingKeys,
  MAX_TRIES,
  openSealedKey,
  parseCode,
  signPairing,
  verifyPairing,
} from "../../../shared/pairing.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const WRONG = "22222222";

/** The real one costs 0.2 s a guess, on purpose; test/shared/pairing.test.ts tries it. */
const deriveCheaply = (code: string, nonces: [string, string]) => derivePairingKeys(code, nonces, 1);

type Bench = { pairing: Pairing; issued: string[]; clock: { nowMs: number } };

/** A pairing whose clock the test moves and whose keys go nowhere. */
function createBench(issueKey: KeyRing["issue"] = async () => new Uint8Array(32).fill(7)): Bench {
  const clock = { nowMs: NOON };
  const issued: string[] = [];
  const keys: KeyRing = {
    find: () => undefined,
    issue: async (install, browser, how) => {
      issued.push(install);
      return await issueKey(install, browser, how);
    },
    list: () => [],
    revoke: async () => false,
  };
  return { pairing: createPairing(keys, () => clock.nowMs, deriveCheaply), issued, clock };
}

function toInstall(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

/** What the popup sends after its start: the proof that it knows `code`. */
async function prepare(pairing: Pairing, code: string, install = toInstall(0)) {
  const nonce = createNonce();
  const derived = await deriveCheaply(code, [nonce, pairing.start({ install, nonce }).nonce]);
  const mac = await signPairing(derived, "extension", install);
  return { derived, message: { install, browser: "Chrome", mac } };
}

async function guess(pairing: Pairing, code: string, install = toInstall(0)): Promise<"paired" | "refused"> {
  return await confirm(pairing, (await prepare(pairing, code, install)).message);
}

async function confirm(pairing: Pairing, message: Parameters<Pairing["confirm"]>[0]): Promise<"paired" | "refused"> {
  try {
    await pairing.confirm(message);
    return "paired";
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "unauthorised") throw error;
    return "refused";
  }
}

function isRefused(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (error) {
    return error instanceof Refusal && error.code === "unauthorised";
  }
}

test("who knows the code gets the key sealed, and a proof that it came from the bridge", async () => {
  const { pairing, issued } = createBench();
  const { derived, message } = await prepare(pairing, pairing.open());
  const { mac, sealed } = await pairing.confirm(message);
  expect(await verifyPairing(derived, "bridge", message.install, mac)).toBe(true);
  expect(await openSealedKey(derived, sealed)).toEqual(new Uint8Array(32).fill(7));
  expect(issued).toEqual([message.install]);
  expect(pairing.readState()).toBe("paired");
});

test("a code is eight letters that can not be taken for one another, and no two are alike", () => {
  const { pairing } = createBench();
  const codes = Array.from({ length: 500 }, () => pairing.open());
  expect(codes.filter((code) => parseCode(code) !== code)).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => code.length !== CODE_LENGTH)).toEqual([]);
  // 4,000 letters: every one of the alphabet comes up, or the dice are loaded.
  expect(new Set(codes.join("")).size).toBe(CODE_ALPHABET.length);
});

test("without a code shown, nothing can be started or confirmed", async () => {
  const { pairing } = createBench();
  expect(pairing.isOpen()).toBe(false);
  expect(pairing.readState()).toBe("expired");
  expect(isRefused(() => pairing.start({ install: toInstall(0), nonce: createNonce() }))).toBe(true);
  expect(await confirm(pairing, { install: toInstall(0), browser: "Chrome", mac: "0".repeat(64) })).toBe("refused");
});

test("five wrong codes end it, and then the right one is refused too", async () => {
  const { pairing, issued } = createBench();
  const code = pairing.open();
  const { message: late } = await prepare(pairing, code, toInstall(9));
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    expect(pairing.readState()).toBe("waiting");
    expect(await guess(pairing, WRONG)).toBe("refused");
  }
  expect(pairing.readState()).toBe("failed");
  expect(pairing.isOpen()).toBe(false);
  expect(await confirm(pairing, late)).toBe("refused");
  expect(isRefused(() => pairing.start({ install: toInstall(0), nonce: createNonce() }))).toBe(true);
  expect(issued).toEqual([]);
});

test("the fifth try still counts", async () => {
  const { pairing } = createBench();
  const code = pairing.open();
  for (let tries = 1; tries < MAX_TRIES; tries++) expect(await guess(pairing, WRONG)).toBe("refused");
  expect(await guess(pairing, code)).toBe("paired");
  expect(pairing.readState()).toBe("paired");
});

test("guesses in parallel never share a try: after five, the right one is not looked at", async () => {
  const { pairing, issued } = createBench();
  const code = pairing.open();
  const wrong = await Promise.all(
    Array.from({ length: MAX_TRIES - 1 }, (_, index) => prepare(pairing, WRONG, toInstall(index))),
  );
  const { message: right } = await prepare(pairing, code, toInstall(9));
  const unstarted = { install: toInstall(8), browser: "Chrome", mac: "0".repeat(64) };
  const messages = [...wrong.map(({ message }) => message), unstarted, right];
  expect(await Promise.all(messages.map((message) => confirm(pairing, message)))).toEqual(
    messages.map(() => "refused"),
  );
  expect(issued).toEqual([]);
  expect(pairing.readState()).toBe("failed");
});

test("two that are right at the same time are one key", async () => {
  const { pairing, issued } = createBench();
  const code = pairing.open();
  const both = await Promise.all([prepare(pairing, code, toInstall(1)), prepare(pairing, code, toInstall(2))]);
  const results = await Promise.all(both.map(({ message }) => confirm(pairing, message)));
  expect(results.toSorted()).toEqual(["paired", "refused"]);
  expect(issued).toHaveLength(1);
});

test("a code is for one use", async () => {
  const { pairing, issued } = createBench();
  const code = pairing.open();
  const { message: second } = await prepare(pairing, code, toInstall(2));
  expect(await guess(pairing, code, toInstall(1))).toBe("paired");
  expect(await confirm(pairing, second)).toBe("refused");
  expect(isRefused(() => pairing.start({ install: toInstall(1), nonce: createNonce() }))).toBe(true);
  expect(issued).toEqual([toInstall(1)]);
});

test("the same proof sent twice is a wrong try the second time", async () => {
  const { pairing } = createBench();
  pairing.open();
  const { message } = await prepare(pairing, WRONG);
  expect(await confirm(pairing, message)).toBe("refused");
  const { message: right } = await prepare(pairing, WRONG, toInstall(3));
  for (let tries = 0; tries < MAX_TRIES - 1; tries++) expect(await confirm(pairing, right)).toBe("refused");
  expect(pairing.readState()).toBe("failed");
});

test.each([
  { afterMs: CODE_LIFE_MS - 1, outcome: "paired", state: "paired" },
  { afterMs: CODE_LIFE_MS, outcome: "refused", state: "expired" },
  { afterMs: CODE_LIFE_MS + 86_400_000, outcome: "refused", state: "expired" },
] as const)("$afterMs ms after it was shown, the right code is $outcome", async ({ afterMs, outcome, state }) => {
  const { pairing, clock } = createBench();
  const { message } = await prepare(pairing, pairing.open());
  clock.nowMs += afterMs;
  expect(await confirm(pairing, message)).toBe(outcome);
  expect(pairing.readState()).toBe(state);
  expect(isRefused(() => pairing.start({ install: toInstall(0), nonce: createNonce() }))).toBe(true);
});

test("a new code voids the one before, also for a guess that is under way", async () => {
  const { pairing, issued } = createBench();
  const { message: started } = await prepare(pairing, pairing.open());
  const underWay = confirm(pairing, started);
  const code = pairing.open();
  expect(await underWay).toBe("refused");
  expect(issued).toEqual([]);
  expect(pairing.readState()).toBe("waiting");
  expect(await guess(pairing, code)).toBe("paired");
});

test("more installs than there are tries can not start", () => {
  const { pairing } = createBench();
  pairing.open();
  for (let index = 0; index < MAX_TRIES; index++) pairing.start({ install: toInstall(index), nonce: createNonce() });
  expect(isRefused(() => pairing.start({ install: toInstall(9), nonce: createNonce() }))).toBe(true);
  expect(isRefused(() => pairing.start({ install: toInstall(0), nonce: createNonce() }))).toBe(false);
});

test("a proof is of one install and of one side", async () => {
  const { pairing } = createBench();
  const code = pairing.open();
  const { derived, message } = await prepare(pairing, code, toInstall(1));
  const { message: other } = await prepare(pairing, code, toInstall(2));
  expect(await confirm(pairing, { ...message, mac: other.mac })).toBe("refused");
  const { message: third } = await prepare(pairing, code, toInstall(3));
  const reflected = await signPairing(derived, "bridge", toInstall(3));
  expect(await confirm(pairing, { ...third, mac: reflected })).toBe("refused");
});

test("a key that could not be kept is not said to be paired", async () => {
  const { pairing } = createBench(async () => {
    throw new Refusal("disk-full");
  });
  const { message } = await prepare(pairing, pairing.open());
  await expect(pairing.confirm(message)).rejects.toMatchObject({ code: "disk-full" });
  expect(pairing.readState()).toBe("failed");
});
