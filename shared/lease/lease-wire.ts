// What a holder and the bridge say to each other while a lease waits and while it is held, and what the bridge tells of all
// leases. The connection is the lease: whatever ends the holder ends it.
import * as z from "zod/mini";
import { windowIdSchema } from "../usage-window.ts";
import { isoSchema, uuidSchema } from "../wire-text.ts";

export const LEASE_TARGET = "/lease";

export const prioritySchema = z.enum(["low", "normal", "high"]);
export type Priority = z.infer<typeof prioritySchema>;

/** "repository/program", or what the user calls it. */
export const leaseClassSchema = z.string().check(z.regex(/^[\p{L}\p{N}_.@:+ /-]{1,80}$/u));

const pointsSchema = z.record(windowIdSchema, z.number().check(z.gte(0), z.lte(1000)));
const pidSchema = z.int().check(z.gte(1));

/** The first word of a holder. */
export const leaseAskSchema = z.looseObject({
  type: z.literal("ask"),
  /** The holder's own; with it a lease is claimed again after a restart of the bridge. */
  id: uuidSchema,
  org_uuid: uuidSchema,
  account_uuid: z.nullable(uuidSchema),
  class: leaseClassSchema,
  priority: prioritySchema,
  windows: z.array(windowIdSchema).check(z.maxLength(40)),
  max_percent: z.number(),
  /** As the user writes it: "40@08-19,6". */
  reserve: z.string().check(z.maxLength(200)),
  /** What the user says that it costs. */
  cost: pointsSchema,
  /** Numbers older than this grant nothing; null where the user goes on without any. */
  max_age_ms: z.nullable(z.number()),
  queued_at: isoSchema,
  /** Since when it is held; null while it waits. */
  held_since: z.nullable(isoSchema),
  /** False: the answer comes at once. */
  wait: z.boolean(),
  /** More starts of the class than this are refused. */
  max_starts: z.nullable(z.object({ count: z.int(), per_ms: z.int() })),
  /** Of the holder; of whatever it stands for when `for_pid` says so. */
  pid: pidSchema,
  /** The lease lasts as long as this process, and the connection only until the answer. */
  for_pid: z.optional(z.nullable(pidSchema)),
  label: z.optional(z.nullable(z.string().check(z.maxLength(200)))),
});
export type LeaseAsk = z.infer<typeof leaseAskSchema>;

export const holderMessageSchema = z.discriminatedUnion("type", [
  leaseAskSchema,
  /** Its own gate lets it go on, or does not any more. */
  z.looseObject({ type: z.literal("ready"), is_ready: z.boolean() }),
]);
export type HolderMessage = z.infer<typeof holderMessageSchema>;

/**
 * gate: its own gate is closed. window: not enough is left. queue: others come first. turn: a moment after a reset. stale:
 * no fresh numbers. restart: the bridge has just started.
 */
export const blockedReasonSchema = z.enum(["gate", "window", "queue", "turn", "stale", "restart"]);

const placeShape = {
  /** From 1; null unless it waits. */
  position: z.nullable(z.int()),
  blocked_by: z.nullable(blockedReasonSchema),
  window: z.nullable(windowIdSchema),
  /** When it can begin, as far as anybody knows. */
  expected_at: z.nullable(isoSchema),
};

export const bridgeMessageSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("waiting"), ...placeShape }),
  z.looseObject({ type: z.literal("granted") }),
  z.looseObject({
    type: z.literal("refused"),
    /** leased: --no-wait, and what is left is promised to others. max-starts: too many begin. unknown-row: nothing is known of it. */
    reason: z.enum(["leased", "max-starts", "unknown-row", "ended"]),
    ...placeShape,
    starts: z.optional(z.int()),
    started_by: z.optional(z.nullable(z.string())),
  }),
  z.looseObject({ type: z.literal("brake") }),
]);
export type BridgeMessage = z.infer<typeof bridgeMessageSchema>;

export const listedLeaseSchema = z.looseObject({
  id: z.string(),
  org_uuid: uuidSchema,
  account_uuid: z.nullable(uuidSchema),
  class: z.string(),
  label: z.nullable(z.string()),
  priority: prioritySchema,
  state: z.enum(["waiting", "running", "settling"]),
  pid: z.int(),
  queued_at: isoSchema,
  started_at: z.nullable(isoSchema),
  ended_at: z.nullable(isoSchema),
  ...placeShape,
  is_braked: z.boolean(),
  cost_source: z.enum(["given", "learned", "guess"]),
  /** By window. */
  expected: z.record(z.string(), z.number()),
  owed: z.record(z.string(), z.number()),
  /** Of its class, within the last hour. */
  starts_last_hour: z.int(),
});
export type ListedLease = z.infer<typeof listedLeaseSchema>;
export const leasesSchema = z.looseObject({ schema: z.literal(1), leases: z.array(listedLeaseSchema) });

const amountSchema = z.looseObject({ points: z.number(), error: z.number() });
export const listedCostSchema = z.looseObject({
  org_uuid: uuidSchema,
  account_uuid: z.nullable(uuidSchema),
  /** Null: chats, other machines, and what holds no lease. */
  class: z.nullable(z.string()),
  runs: z.int(),
  hours: z.number(),
  /** By window: what it used of it. */
  used: z.record(z.string(), amountSchema),
  /** Of one run; null below three runs. */
  per_run: z.nullable(z.record(z.string(), z.looseObject({ p50: z.number(), p80: z.number() }))),
  n: z.int(),
});
export type ListedCost = z.infer<typeof listedCostSchema>;
export const costsSchema = z.looseObject({
  schema: z.literal(1),
  since: isoSchema,
  until: isoSchema,
  costs: z.array(listedCostSchema),
});
export type CostList = z.infer<typeof costsSchema>;
