// Who reads the rows of this browser, as the bridge said last: one browser asks claude.ai each minute, the others stand by
// and show what it read. Pure.
import * as z from "zod/mini";
import { type Lead, leadSchema, MAX_READS } from "../shared/protocol.ts";
import type { RowId } from "../shared/row-id.ts";
import { toIso } from "../shared/time.ts";
import { isoSchema } from "../shared/wire-text.ts";
import { toLaneName } from "./lanes.ts";
import type { MeterState, Shown } from "./meter-state.ts";

const knownSchema = z.omit(leadSchema, { row: true });
type KnownLead = z.infer<typeof knownSchema>;

export const leadsSchema = z.object({
  /** When the bridge said it. */
  at: isoSchema,
  rows: z.array(knownSchema),
});

/** The bridge is asked each minute; without a word of it each browser reads for itself. */
const BELIEVED_MS = 150_000;

/** None when the bridge is not there, or is of a version that names none. */
export function readLeads({ leads, link }: MeterState, nowMs: number): readonly KnownLead[] {
  if (!leads || link.state !== "connected") return [];
  const agoMs = nowMs - Date.parse(leads.at);
  // Said in the future: by a clock that has been set back meanwhile.
  return agoMs >= 0 && agoMs <= BELIEVED_MS ? leads.rows : [];
}

export function isReadElsewhere(leads: readonly KnownLead[], row: RowId): boolean {
  return leads.some((lead) => isRow(lead, row) && !lead.is_own);
}

/** Whether claude.ai told one of the browsers to wait with all that this one can read. */
export function isHeldBack(state: MeterState, nowMs: number): boolean {
  const leads = readLeads(state, nowMs);
  const agoMs = nowMs - Date.parse(state.leads?.at ?? "");
  return leads.length > 0 && leads.every(({ wait_ms }) => wait_ms > agoMs);
}

/** What this browser can read: where it is signed in, without the organisations whose usage it does not get. */
export function toReads({ session, leads, waits = {} }: MeterState): RowId[] {
  // A look that failed does not say that somebody else is signed in.
  if (!session) return (leads?.rows ?? []).map(({ org_uuid, account_uuid }) => ({ org_uuid, account_uuid }));
  const { account_uuid, organisations } = session;
  if (account_uuid === null) return [];
  return organisations
    .filter(({ org_uuid }) => (waits[toLaneName("usage", account_uuid, org_uuid)]?.failures ?? 0) === 0)
    .map(({ org_uuid }) => ({ org_uuid, account_uuid }))
    .slice(0, MAX_READS);
}

/** All of it is read by other browsers, so this one need not ask each minute. */
export function isStandBy(state: MeterState, nowMs: number): boolean {
  const leads = readLeads(state, nowMs);
  const reads = state.session ? toReads(state) : [];
  return reads.length > 0 && reads.every((row) => isReadElsewhere(leads, row));
}

export function isLeader(state: MeterState, nowMs: number): boolean {
  return readLeads(state, nowMs).some(({ is_own }) => is_own);
}

/** Notices of this row are told by another browser. */
export function isToldElsewhere(state: MeterState, row: RowId, nowMs: number): boolean {
  return readLeads(state, nowMs).some((lead) => isRow(lead, row) && lead.is_teller === false);
}

/** With what other browsers have read since. `said` is undefined when the bridge names nobody. */
export function mergeLeads(state: MeterState, said: readonly Lead[] | undefined, nowMs: number): MeterState {
  if (!said) return { ...state, leads: undefined };
  const leads = { at: toIso(nowMs), rows: said.map(({ row, ...known }) => known) };
  const rows = said.reduce(mergeRow, state.rows);
  return { ...state, leads, rows };
}

function mergeRow(rows: readonly Shown[], { row, is_own, browser }: Lead): Shown[] {
  if (is_own || !row) return [...rows];
  const known = rows.find((each) => isRow(each, row));
  if (known && known.fetched_at > row.fetched_at) return [...rows];
  // What this browser read itself stays its own until another reads something newer.
  const shown: Shown = known?.fetched_at === row.fetched_at ? known : { ...row, read_by: browser };
  return known ? rows.map((each) => (each === known ? shown : each)) : [...rows, shown];
}

function isRow(a: RowId, b: RowId): boolean {
  return a.org_uuid === b.org_uuid && a.account_uuid === b.account_uuid;
}

/** For the options page: which browser reads what. */
export function toLeadWords(state: MeterState, nowMs: number): string[] {
  return readLeads(state, nowMs).map((lead) => {
    const row = state.rows.find((each) => isRow(each, lead));
    const name = row?.org_name ?? row?.account_email ?? "an organisation";
    return lead.is_own ? `This browser reads ${name}.` : `${lead.browser} reads ${name}; this browser stands by.`;
  });
}
