// How far behind the moment at which all may go on one pane goes on, so that many do not start in one second. Pure.

/** A random part of the spread never spans all of it; with a quarter more, some twenty panes do. */
const SPREAD_STRETCH = 1.25;

/** `share` is this pane's own random number, 0 to 1. */
export function toSpreadDelayMs(share: number, spreadMs: number): number {
  return share * spreadMs * SPREAD_STRETCH;
}
