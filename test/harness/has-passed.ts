// For what must not happen in a while: then the time itself is what is waited for.
import { waitFor } from "./wait-for.ts";

export async function hasPassed(ms: number): Promise<void> {
  const startedMs = performance.now();
  await waitFor(
    () => performance.now() - startedMs,
    (passedMs) => passedMs >= ms,
  );
}
