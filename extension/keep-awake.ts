// Keeps the worker alive while it works. A browser ends it 30 seconds after its last event or call of the browser's own
// interface, and a request to claude.ai is neither.
import browser from "webextension-polyfill";

const STEP_MS = 10_000;
/** A defect that never ends shall not keep the worker for ever: its death frees the lock of the meter. */
const MAX_MS = 120_000;

export async function keepAwake<T>(work: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + MAX_MS;
  const timer = setInterval(() => {
    if (performance.now() < untilMs) void browser.runtime.getPlatformInfo();
  }, STEP_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
