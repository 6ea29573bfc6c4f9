// Of several full windows the one that is free last, because before that nothing goes. Pure.
export function selectLastReset<T extends { resetsAtMs: number | null }>(windows: readonly T[]): T | undefined {
  return windows.reduce<T | undefined>(
    (last, each) => (last && (last.resetsAtMs ?? 0) >= (each.resetsAtMs ?? 0) ? last : each),
    undefined,
  );
}
