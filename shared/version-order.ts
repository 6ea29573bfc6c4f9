// Which of two versions of claude-meter is the older one.

/** Below zero when `a` is older than `b`; both are three numbers, as the wire's schema wants them. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const [index, number] of (left ?? []).entries()) {
    const difference = number - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
