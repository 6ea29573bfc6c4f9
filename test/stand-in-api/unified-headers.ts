// The headers in which the messages API tells a subscription how full its windows are. Shares are fractions, moments epoch
// seconds; a throttled answer carries none of them.

type Status = "allowed" | "allowed_warning" | "rejected";

export type HeaderWindow = { utilization: number; resetsAt: number; status?: Status; surpassedThreshold?: number };

export type UnifiedState = {
  status: Status;
  /** The window the server names as the one that counts, in the words of the event: five_hour, seven_day_opus, … */
  claim: string;
  /** Null where no time brings it back. */
  resetsAt: number | null;
  /** 5h, 7d, and 7d_oi for the models that overage is included for. */
  windows: Readonly<Record<string, HeaderWindow>>;
  /** Whether money pays beyond the plan, or why it does not. */
  overage: { status: "allowed"; resetsAt: number } | { status: "rejected"; reason: string };
};

const PREFIX = "anthropic-ratelimit-unified";

export function toUnifiedHeaders({ status, claim, resetsAt, windows, overage }: UnifiedState): Record<string, string> {
  const headers: Record<string, string> = {
    [`${PREFIX}-status`]: status,
    [`${PREFIX}-representative-claim`]: claim,
    [`${PREFIX}-fallback-percentage`]: "0.5",
    [`${PREFIX}-overage-status`]: overage.status,
  };
  if (resetsAt !== null) headers[`${PREFIX}-reset`] = String(resetsAt);
  if (overage.status === "rejected") headers[`${PREFIX}-overage-disabled-reason`] = overage.reason;
  else {
    headers[`${PREFIX}-overage-reset`] = String(overage.resetsAt);
    headers[`${PREFIX}-overage-in-use`] = String(status === "rejected");
  }
  for (const [name, window] of Object.entries(windows)) {
    headers[`${PREFIX}-${name}-status`] = window.status ?? "allowed";
    headers[`${PREFIX}-${name}-reset`] = String(window.resetsAt);
    headers[`${PREFIX}-${name}-utilization`] = String(window.utilization);
    if (window.surpassedThreshold !== undefined)
      headers[`${PREFIX}-${name}-surpassed-threshold`] = String(window.surpassedThreshold);
  }
  return headers;
}
