// What the extension knows between two wakes of its worker: the last poll, the rows to show, the bridge link.
import * as z from "zod/mini";
import type { MeterError } from "../shared/claude-ai/meter-error.ts";
import { type PollState, pollStateSchema } from "../shared/poll-state.ts";
import { bareSnapshotSchema, type Snapshot } from "../shared/snapshot.ts";
import { toIso } from "../shared/time.ts";
import { isoSchema } from "../shared/wire-text.ts";
import { toBackoffMs } from "./backoff.ts";
import { lanesSchema } from "./lanes.ts";
import { leadsSchema } from "./leads.ts";
import { initialLink, type Link, linkSchema } from "./link.ts";
import { type PollResult, sessionSchema } from "./poll.ts";

/** A snapshot to show; the server's own body is for the bridge only. */
export const shownSchema = z.extend(bareSnapshotSchema, {
  /** The browser that read it, when it was another than this. */
  read_by: z.optional(z.string()),
});
export type Shown = z.infer<typeof shownSchema>;

const pollSchema = z.object({
  state: pollStateSchema,
  /** Null before the first poll. */
  at: z.nullable(isoSchema),
  /** Not before this moment; null when the next alarm may poll. */
  retry_at: z.nullable(isoSchema),
  failures: z.int(),
  /** When the look under way began; one that is still there at the next wake did not end. */
  begun_at: z.optional(isoSchema),
  /** Looks in a row that did not end. */
  unfinished: z.optional(z.int()),
});

const moment = z.optional(z.number());
const oldLanesSchema = z.catchall(z.object({}), z.object({ usage: moment, overage: moment, subscription: moment }));

/** Each part by itself: what can not be read of one costs nothing of the others. */
export const meterStateSchema = z.object({
  poll: z.catch(pollSchema, { state: "ok", at: null, retry_at: null, failures: 0 }),
  rows: z.catch(z.array(shownSchema), []),
  link: z.catch(linkSchema, initialLink),
  session: z.optional(z.catch(z.optional(sessionSchema), undefined)),
  waits: z.optional(z.catch(lanesSchema, {})),
  leads: z.optional(z.catch(z.optional(leadsSchema), undefined)),
  /** Of 0.1.0, which finds them again when it is loaded once more. */
  lanes: z.catch(oldLanesSchema, {}),
});
export type MeterState = z.infer<typeof meterStateSchema>;

export const initialState: MeterState = meterStateSchema.parse({});

/** Written before a look asks anything. */
export function mergeBegin(state: MeterState, nowMs: number): MeterState {
  return { ...state, poll: { ...state.poll, begun_at: toIso(nowMs) } };
}

/** A look that began and did not end is a failure like others: what killed it once may do so at each look. */
export function mergeUnfinished(state: MeterState, random: number): MeterState {
  const { begun_at, ...poll } = state.poll;
  if (begun_at === undefined) return state;
  const unfinished = (poll.unfinished ?? 0) + 1;
  const waitMs = toBackoffMs({ state: "unfinished", failures: unfinished, retryAfterMs: undefined }, random);
  const retry_at = toIso(Date.parse(begun_at) + waitMs);
  return { ...state, poll: { state: "offline", at: begun_at, retry_at, failures: 0, unfinished } };
}

export function mergePoll(state: MeterState, { snapshots, session, lanes }: PollResult, nowMs: number): MeterState {
  const poll = { state: "ok" as const, at: toIso(nowMs), retry_at: null, failures: 0 };
  return { ...state, poll, rows: mergeRows(state.rows, { snapshots, session }, nowMs), session, waits: lanes };
}

/**
 * A failed poll keeps every row, and the next one asks first of all who is signed in. Not after silence: where answers are
 * slow, what this one has found out leaves the next one the time for the usage.
 */
export function mergeFailure(state: MeterState, error: MeterError, nowMs: number, random: number): MeterState {
  const failed = toFailedState(error);
  const failures = state.poll.state === failed ? state.poll.failures + 1 : 1;
  const waitMs = toBackoffMs({ state: failed, failures, retryAfterMs: error.retryAfterMs }, random);
  const retry_at = waitMs > 0 ? toIso(nowMs + waitMs) : null;
  const session = failed === "offline" ? state.session : undefined;
  return { ...state, poll: { state: failed, at: toIso(nowMs), retry_at, failures }, session };
}

export function mergeLink(state: MeterState, link: Link): MeterState {
  return { ...state, link };
}

function toFailedState(error: MeterError): Exclude<PollState, "ok"> {
  switch (error.code) {
    case "no-plan":
    case "not-available":
      return "changed";
    default:
      return error.code;
  }
}

/** Rows of an account that was not looked at now stay for a week, ageing where everyone sees it. */
const KEEP_OTHERS_MS = 7 * 86_400_000;

function mergeRows(
  rows: readonly Shown[],
  { snapshots, session }: Pick<PollResult, "snapshots" | "session">,
  nowMs: number,
): Shown[] {
  const accounts = new Set(snapshots.map((snapshot) => snapshot.account_uuid));
  const looked = snapshots.flatMap((snapshot) => mergeRow(findKnown(rows, snapshot), snapshot) ?? []);
  const others = rows.filter(
    (row) =>
      (!accounts.has(row.account_uuid) || isReadElsewhere(row, session)) &&
      !looked.some((newer) => isSuperseded(row, newer)) &&
      nowMs - Date.parse(row.fetched_at) < KEEP_OTHERS_MS,
  );
  return [...looked, ...others];
}

/** By another browser, of an organisation that the account still has. */
function isReadElsewhere({ read_by, org_uuid }: Shown, session: PollResult["session"]): boolean {
  return read_by !== undefined && (session?.organisations.some((each) => each.org_uuid === org_uuid) ?? true);
}

/** As the bridge joins them: a look whose account is unknown belongs to the organisation's only account. */
function findKnown(rows: readonly Shown[], { org_uuid, account_uuid }: Snapshot): Shown | undefined {
  const own = rows.filter((row) => row.org_uuid === org_uuid);
  const named = own.filter((row) => row.account_uuid !== null);
  const same = own.find((row) => row.account_uuid === account_uuid);
  return account_uuid === null && named.length === 1 ? named[0] : same;
}

/** The same row, or what was read of its organisation before it was known whose it is. */
function isSuperseded(row: Shown, newer: Shown): boolean {
  if (row.org_uuid !== newer.org_uuid) return false;
  return row.account_uuid === null || row.account_uuid === newer.account_uuid;
}

function mergeRow(known: Shown | undefined, { usage, ...snapshot }: Snapshot): Shown | undefined {
  if (usage === null) return known && { ...known, errors: snapshot.errors };
  return {
    ...snapshot,
    account_uuid: snapshot.account_uuid ?? known?.account_uuid ?? null,
    account_email: snapshot.account_email ?? known?.account_email ?? null,
    overage: snapshot.overage ?? known?.overage ?? null,
    overage_fetched_at: snapshot.overage_fetched_at ?? known?.overage_fetched_at ?? null,
    subscription: snapshot.subscription ?? known?.subscription ?? null,
    subscription_fetched_at: snapshot.subscription_fetched_at ?? known?.subscription_fetched_at ?? null,
  };
}
