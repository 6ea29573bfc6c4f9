// Waits for a condition by asking again, with a limit; the error says what was there instead.
import { setTimeout as sleep } from "node:timers/promises";

const STEP_MS = 25;

export async function waitFor<T>(
  read: () => Promise<T> | T,
  isDone: (value: T) => boolean,
  limitMs = 15_000,
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
