// What the bridge must know after everything that it heard, worked out anew each time from the rules: sorts and picks,
// where the bridge merges step by step and remembers only the result.
import { isDeepStrictEqual } from "node:util";
import type { PollReport, Sequenced } from "../../shared/protocol.ts";
import type { Install, Status, StoredRow } from "../../shared/row.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import type { WitnessPost } from "../../shared/witness.ts";

/** Each with the moments that count: those of the observation, but none after its arrival. */
export type Heard = {
  snapshots: (Sequenced & { install: string; browser: string; toldAccount: string | null })[];
  polls: { install: string; poll: PollReport }[];
  witnesses: WitnessPost[];
};
type Heards = readonly Heard["snapshots"][number][];
type Dated = { at: string | null; value: unknown };

/** A browser that looked last before that is not named any more. */
const WEEK_MS = 7 * 86_400_000;

/** In words, what is other than it must be. */
export function findWrong({ rows, installs }: Status, heard: Heard): string[] {
  const groups = toGroups(heard.snapshots);
  return [
    ...(rows.length === groups.length ? [] : [`${rows.length} rows and not ${groups.length}`]),
    ...groups.flatMap((group) => findWrongRow(findRow(rows, group), group, heard.witnesses)),
    ...installs.flatMap((install) => findWrongInstall(install, heard)),
  ];
}

function findWrongInstall({ install, sequences, state, polled_at }: Install, { snapshots, polls }: Heard): string[] {
  const own = snapshots.filter((each) => each.install === install).map(({ sequence }) => sequence);
  const told = sequences.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
  const ascending = toUnique(own).toSorted((a, b) => a - b);
  const states = polls.flatMap(({ poll, ...each }) =>
    each.install === install ? [{ at: poll.at, value: poll.state }] : [],
  );
  return [
    ...(isDeepStrictEqual(told, ascending) ? [] : [`sequences ${told.join()} of ${install}`]),
    ...findOld(`poll of ${install}`, states, polled_at, state),
  ];
}

/** An account without its uuid is the one with its e-mail; a reading of nobody is of the only one there is. */
export function toGroups(snapshots: Heards): Heards[] {
  const good = snapshots.filter(({ snapshot }) => snapshot.usage !== null);
  return toUnique(good.map(({ snapshot }) => snapshot.org_uuid)).flatMap((org) => {
    const here = good.filter(({ snapshot }) => snapshot.org_uuid === org);
    const nobodys = here.filter(({ snapshot }) => snapshot.account_email === null);
    const emails = toUnique(here.flatMap(({ snapshot }) => snapshot.account_email ?? []));
    const named = emails.map((email) => here.filter(({ snapshot }) => snapshot.account_email === email));
    if (named.length === 1) return [[...named.flat(), ...nobodys]];
    return nobodys.length === 0 ? named : [...named, nobodys];
  });
}

/** The name of which most is known. */
export function toName(group: Heards): Pick<Snapshot, "account_uuid" | "account_email"> {
  const named = group.map(({ snapshot: { account_uuid, account_email } }) => ({ account_uuid, account_email }));
  const empty = { account_uuid: null, account_email: null };
  return named.find((each) => each.account_uuid) ?? named.find((each) => each.account_email) ?? empty;
}

function findRow(rows: readonly StoredRow[], group: Heards): StoredRow | undefined {
  const { account_uuid, account_email } = toName(group);
  return rows.find((row) => {
    return (
      row.org_uuid === group[0]?.snapshot.org_uuid &&
      row.account_uuid === account_uuid &&
      row.account_email === account_email
    );
  });
}

function findWrongRow(row: StoredRow | undefined, group: Heards, witnesses: readonly WitnessPost[]): string[] {
  if (!row) return [`no row of ${JSON.stringify(toName(group))}`];
  const snapshots = group.map(({ snapshot }) => snapshot);
  const newestAt = toNewestAt(snapshots.map(({ fetched_at }) => fetched_at));
  const atOnce = snapshots.filter(({ fetched_at }) => fetched_at === newestAt);
  const highest = Math.max(...atOnce.map(({ windows }) => windows[0]?.utilization ?? 0));
  const used = row.windows.map((window) => window.utilization ?? window.last_known);
  const overages = snapshots.map(({ overage_fetched_at: at, overage: value }) => ({ at, value }));
  const subscriptions = snapshots.map(({ subscription_fetched_at: at, subscription: value }) => ({ at, value }));
  const own = witnesses.filter((each) => each.org_uuid === row.org_uuid && each.account_uuid === row.account_uuid);
  const heard = own.map(({ observed_at: at, windows: value }) => ({ at, value }));
  const keptMs = Date.parse(row.fetched_at) - WEEK_MS;
  const sure = group.filter(({ toldAccount }) => toldAccount !== null);
  const looked = sure.filter(({ snapshot }) => Date.parse(snapshot.fetched_at) >= keptMs);
  const missing = looked.filter(({ browser }) => !row.browser.split(", ").includes(browser));
  return [
    ...(row.fetched_at === newestAt && isDeepStrictEqual(used, [highest])
      ? []
      : [`${used.join()} % at ${row.fetched_at}, not ${highest} % at ${newestAt}`]),
    ...findOld("overage", overages, row.overage_fetched_at, row.overage),
    ...findOld("subscription", subscriptions, row.subscription_fetched_at, row.subscription),
    ...findOld("witness", heard, row.witness?.observed_at ?? null, row.witness?.windows),
    ...(row.overage?.out_of_credits === true && row.money?.out_of_credits !== true ? ["credits"] : []),
    ...missing.map(({ browser }) => `${browser} is not named`),
  ];
}

/** Of two of one moment either may count. */
function findOld(name: string, known: readonly Dated[], at: string | null, value: unknown): string[] {
  const newestAt = toNewestAt(known.flatMap((each) => each.at ?? []));
  const newest = known.filter((each) => each.at !== null && each.at === newestAt);
  const isOne = newest.some((each) => isDeepStrictEqual(each.value, value));
  return at === newestAt && (isOne || newestAt === null) ? [] : [`${name} of ${at}, not ${newestAt}`];
}

function toNewestAt(moments: readonly string[]): string | null {
  return moments.toSorted().at(-1) ?? null;
}

function toUnique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
