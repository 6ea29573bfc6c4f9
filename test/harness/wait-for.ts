// Waits for a condition by asking again; the error says what was there instead. The limit is for what never comes: a busy
// machine takes ten times as long as a quiet one.
import { setTimeout as sleep } from "node:timers/promises";

const STEP_MS = 25;

export async function waitFor<T>(
  read: () => Promise<T> | T,
  isDone: (value: T) => boolean,
  limitMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  let value = await read();
  while (!isDone(value)) {
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain; last seen: ${JSON.stringify(value)}`);
    await sleep(STEP_MS);
    value = await read();
  }
  return value;
}
