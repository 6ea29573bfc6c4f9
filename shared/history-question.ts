// What can be asked of GET /history, and how. Without a schema, so that the terminal's commands start fast.

export type HistoryQuestion = {
  /** One row's; without them every row's. */
  org_uuid?: string;
  account_uuid?: string | null;
  window?: string;
  sinceMs: number;
  untilMs: number;
  /** Per series; without it every point. */
  maxPoints?: number;
};

/** The request target that asks it. */
export function toHistoryTarget(question: HistoryQuestion): string {
  const query = new URLSearchParams({ since: String(question.sinceMs), until: String(question.untilMs) });
  if (question.org_uuid !== undefined) query.set("org", question.org_uuid);
  if (question.account_uuid) query.set("account", question.account_uuid);
  if (question.window !== undefined) query.set("window", question.window);
  if (question.maxPoints !== undefined) query.set("points", String(question.maxPoints));
  return `/history?${query}`;
}
