// What is remembered of each key, and that it is forgotten.
import { expect, test } from "vitest";
import { createNonces } from "../../../bridge/daemon/nonces.ts";

test("a key that is silent is forgotten when another one speaks, and not before it may be", () => {
  const nonces = createNonces();
  nonces.remember("silent", "first", 120_000);
  nonces.remember("silent", "second", 240_000);
  nonces.readWaitMs("other", 240_000);
  expect([nonces.has("silent", "first"), nonces.has("silent", "second")]).toEqual([true, true]);
  nonces.readWaitMs("other", 240_001);
  expect([nonces.has("silent", "first"), nonces.has("silent", "second")]).toEqual([false, false]);
});

test("a key has room for a thousand, and its oldest make room for the next", () => {
  const nonces = createNonces();
  for (let sent = 0; sent < 1_000; sent += 1) {
    expect(nonces.readWaitMs("key", sent)).toBe(0);
    nonces.remember("key", `${sent}`, 120_000 + sent);
  }
  expect(nonces.readWaitMs("key", 1_000)).toBe(119_001);
  expect(nonces.readWaitMs("key", 120_010)).toBe(0);
  expect([nonces.has("key", "9"), nonces.has("key", "10")]).toEqual([false, true]);
});
