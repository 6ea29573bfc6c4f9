// How often this browser looks by itself. Pure.
import type { MeterState } from "./meter-state.ts";

/**
 * How long to pause after a look; 0: none, each alarm looks. The place for a browser that stands by while another one reads
 * the same account.
 */
export function decidePauseMs(_state: MeterState, _nowMs: number): number {
  return 0;
}
