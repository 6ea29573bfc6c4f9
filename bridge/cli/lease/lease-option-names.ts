// The options of a lease, for `run` and `guard --lease`; apart from their parser, because the hot path knows them by name.
export const leaseTexts = ["class", "cost", "priority", "reserve", "on-no-lease"] as const;
export type LeaseText = (typeof leaseTexts)[number];
