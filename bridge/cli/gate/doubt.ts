// Why a guard can not say go: a closed list of codes.

export type Doubt =
  | "no-data"
  | "damaged"
  | "unknown-account"
  | "ambiguous-account"
  | "future-dated"
  | "stale"
  | "unreadable"
  | "unknown-window"
  | "rolled"
  | "unknown-value"
  | "unknown-money"
  | "no-windows";

/** No reading mends these: the user has to say which account, or what to watch. */
export function isLasting(doubt: Doubt): boolean {
  return doubt === "unknown-account" || doubt === "ambiguous-account" || doubt === "no-windows";
}
