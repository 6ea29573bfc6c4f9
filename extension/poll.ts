// Conductor: one look at claude.ai. The usage of each organisation first; then whose it was, by one question that comes
// after it, so that no number lands on another account; and at the same time the parts that change rarely.
import * as z from "zod/mini";
import { MeterError } from "../shared/claude-ai/meter-error.ts";
import { type Organisation, planSchema } from "../shared/claude-ai/organisation.ts";
import type { Overage } from "../shared/claude-ai/overage.ts";
import { toProblem } from "../shared/claude-ai/problem.ts";
import type { Subscription } from "../shared/claude-ai/subscription.ts";
import type { RowId } from "../shared/row-id.ts";
import type { Snapshot } from "../shared/snapshot.ts";
import { toIso } from "../shared/time.ts";
import { textSchema, uuidSchema } from "../shared/wire-text.ts";
import type { Account } from "./claude-ai/account.ts";
import type { ClaudeAi, Dated, UsageAnswer } from "./claude-ai/claude-ai.ts";
import { dropOver, isOpen, type Lanes, type Part, toLane, toLaneName } from "./lanes.ts";

/** Who was signed in at the last look, and where there is something to read. */
export const sessionSchema = z.object({
  account_uuid: z.nullable(uuidSchema),
  account_email: z.nullable(textSchema),
  organisations: z.array(
    z.object({ org_uuid: uuidSchema, org_name: z.nullable(textSchema), plan: z.nullable(planSchema) }),
  ),
  /** When the organisations were told, epoch milliseconds. */
  told: z.number(),
});
export type Session = z.infer<typeof sessionSchema>;

/** What the look before left behind. */
export type Known = { session?: Session | undefined; lanes: Lanes };
export type PollResult = Known & {
  snapshots: Snapshot[];
  /** Organisations whose snapshot says more than it did when only the usage was read. */
  completed: string[];
};

export type PollOptions = {
  now: () => number;
  random: () => number;
  /** Read by another browser of this account: not asked by this one. */
  isReadElsewhere?: (row: RowId) => boolean;
  /** Called when a look that knew of nobody has found out: what comes after may take longer than there is time for. */
  onSession?: (session: Session) => void;
  /** Called when the usage is read and its account is known, which is before the parts that change rarely have come. */
  onRead: (result: PollResult) => Promise<void>;
};

/** How long organisations count that the account's own answer has not told again. */
const MAX_UNTOLD_MS = 15 * 60_000;

/** Throws MeterError when the whole look failed; what failed for one organisation stands in its snapshot's errors. */
export async function poll(claudeAi: ClaudeAi, known: Known, options: PollOptions): Promise<PollResult> {
  const asker = createAsker(known.lanes, options);
  const before = known.session ?? (await fetchSession(claudeAi, asker));
  options.onSession?.(before);
  const read = await Promise.all(
    before.organisations.map((each) => fetchUsage(claudeAi, asker, before, each, options.isReadElsewhere)),
  );
  throwIfNothingWasRead(read);
  // First in line: a browser opens six connections to a host at most.
  const confirming = confirm(claudeAi, asker, { session: before, isOfThisLook: known.session === undefined });
  const rest = fetchRest(claudeAi, asker, before, read);
  const who = await confirming;
  // Somebody has signed in since the look before: their look begins anew.
  if (who.isSwitched && known.session) return await poll(claudeAi, { lanes: known.lanes }, options);
  const toResult = (parts: readonly Rest[]): PollResult => ({
    session: who.session,
    // In the middle of this very look: whose these numbers are is not known, and the refusals mean nothing.
    snapshots: who.isSwitched ? [] : read.flatMap((each) => toSnapshot(each, who, parts) ?? []),
    completed: parts.filter(({ overage, subscription }) => overage ?? subscription).map(({ orgUuid }) => orgUuid),
    lanes: who.isSwitched ? known.lanes : dropOver(asker.lanes, options.now()),
  });
  await options.onRead(toResult([]));
  return toResult(await rest);
}

type Asker = ReturnType<typeof createAsker>;
type Failed = { value?: undefined; error: MeterError };
/** Undefined: not asked, because its lane rests. */
type Told<T> = { value: T; error?: undefined } | Failed | undefined;

/** Asks each part in its own lane, and notes how it went. */
function createAsker(known: Lanes, { now, random }: PollOptions) {
  const lanes: Record<string, Lanes[string]> = { ...known };
  const failed = new Map<string, Failed>();
  const ask = async <T>(part: Part, name: string, fetchPart: () => Promise<T>): Promise<Told<T>> => {
    // Once a look: what hangs would take the time of the others twice.
    if (failed.has(name) || !isOpen(lanes, name, now())) return failed.get(name);
    try {
      const value = await fetchPart();
      lanes[name] = toLane({ part, before: lanes[name], error: undefined }, now(), random());
      return { value };
    } catch (thrown) {
      if (!(thrown instanceof MeterError)) throw thrown;
      const error = toPartError(part, thrown);
      lanes[name] = toLane({ part, before: lanes[name], error }, now(), random());
      failed.set(name, { error });
      return { error };
    }
  };
  return { ask, lanes, now };
}

function toPartError(part: Part, error: MeterError): MeterError {
  const isOptional = part === "overage" || part === "subscription";
  return isOptional && error.code === "no-plan" ? new MeterError("not-available", { cause: error }) : error;
}

/** For a look that knows of none: the list of organisations stands in for an account that does not answer. */
async function fetchSession(claudeAi: ClaudeAi, asker: Asker): Promise<Session> {
  const told = await asker.ask("account", ACCOUNT_LANE, () => claudeAi.fetchAccount());
  if (told?.value) return await toSession(claudeAi, told.value, asker.now());
  if (told?.error.code === "signed-out") throw told.error;
  const organisations = await claudeAi.fetchOrganisations();
  return { ...nobody, organisations, told: asker.now() };
}

const ACCOUNT_LANE = toLaneName("account");
const nobody = { account_uuid: null, account_email: null };

async function toSession(claudeAi: ClaudeAi, account: Account, told: number): Promise<Session> {
  const { organisations: own } = account;
  return { ...account, organisations: own.length > 0 ? own : await claudeAi.fetchOrganisations(), told };
}

type Usage = { organisation: Organisation; told: Told<Dated<UsageAnswer>>; readAt: string };

async function fetchUsage(
  claudeAi: ClaudeAi,
  { ask, now }: Asker,
  { account_uuid }: Session,
  organisation: Organisation,
  isReadElsewhere: PollOptions["isReadElsewhere"] = () => false,
): Promise<Usage> {
  const { org_uuid } = organisation;
  if (isReadElsewhere({ account_uuid, org_uuid })) return { organisation, told: undefined, readAt: toIso(now()) };
  const told = await ask("usage", toLaneName("usage", account_uuid, org_uuid), () => claudeAi.fetchUsage(org_uuid));
  // The session has ended, and so has the look.
  if (told?.error?.code === "signed-out") throw told.error;
  return { organisation, told, readAt: toIso(now()) };
}

/** One failing organisation among several is its own problem; when all fail, claude.ai is. */
function throwIfNothingWasRead(read: readonly Usage[]): void {
  if (read.some(({ told }) => told?.value)) return;
  for (const code of ["challenge", "rate-limited", "server-error", "changed", "offline"]) {
    const failed = read.find(({ told }) => told?.error?.code === code);
    if (failed?.told?.error) throw failed.told.error;
  }
}

type Rest = {
  orgUuid: string;
  overage: Told<Dated<Overage>>;
  subscription: Told<Dated<Subscription>>;
};

/** Side by side: what hangs here holds up nothing there. */
async function fetchRest(
  claudeAi: ClaudeAi,
  { ask }: Asker,
  { account_uuid }: Session,
  read: readonly Usage[],
): Promise<Rest[]> {
  const found = read.filter(({ told }) => told?.value);
  return await Promise.all(
    found.map(async ({ organisation: { org_uuid: orgUuid } }) => {
      const [overage, subscription] = await Promise.all([
        ask("overage", toLaneName("overage", account_uuid, orgUuid), () => claudeAi.fetchOverage(orgUuid)),
        ask("subscription", toLaneName("subscription", account_uuid, orgUuid), () =>
          claudeAi.fetchSubscription(orgUuid),
        ),
      ]);
      return { orgUuid, overage, subscription };
    }),
  );
}

type Who = {
  /** For the next look; undefined when it has to ask anew. */
  session: Session | undefined;
  owner: Pick<Session, "account_uuid" | "account_email">;
  isSwitched: boolean;
  errors: string[];
};

/** Whose the usage is that has just been read. Only an answer that was asked for after it can tell. */
async function confirm(
  claudeAi: ClaudeAi,
  asker: Asker,
  { session: before, isOfThisLook }: { session: Session; isOfThisLook: boolean },
): Promise<Who> {
  const told = await asker.ask("account", ACCOUNT_LANE, () => claudeAi.fetchAccount());
  if (told?.error?.code === "signed-out") throw told.error;
  if (told?.value) {
    const session = await toSession(claudeAi, told.value, asker.now());
    const isSwitched = before.account_uuid !== null && before.account_uuid !== session.account_uuid;
    return { session, owner: session, isSwitched, errors: [] };
  }
  const code = asker.lanes[ACCOUNT_LANE]?.code;
  const isUntold = asker.now() - before.told > MAX_UNTOLD_MS;
  return {
    session: isUntold ? undefined : before,
    owner: isOfThisLook ? before : nobody,
    isSwitched: false,
    errors: code ? [toProblem("account", code)] : [],
  };
}

/** Undefined when there was nothing to ask and is nothing to report. */
function toSnapshot({ organisation, told, readAt }: Usage, who: Who, parts: readonly Rest[]): Snapshot | undefined {
  const { org_uuid } = organisation;
  const isMember = who.session?.organisations.some((each) => each.org_uuid === org_uuid) ?? true;
  if (!told || (told.error && !isMember)) return undefined;
  const usage = told.value;
  const rest = parts.find(({ orgUuid }) => orgUuid === org_uuid);
  return {
    account_uuid: who.owner.account_uuid,
    account_email: who.owner.account_email,
    ...organisation,
    fetched_at: usage?.fetched_at ?? readAt,
    usage: usage?.value.usage ?? null,
    windows: usage?.value.windows ?? [],
    money: usage?.value.money ?? null,
    overage: rest?.overage?.value?.value ?? null,
    overage_fetched_at: rest?.overage?.value?.fetched_at ?? null,
    subscription: rest?.subscription?.value?.value ?? null,
    subscription_fetched_at: rest?.subscription?.value?.fetched_at ?? null,
    errors: [
      ...who.errors,
      ...toProblems("usage", told),
      ...toProblems("overage", rest?.overage),
      ...toProblems("subscription", rest?.subscription),
      ...(usage?.value.problems ?? []),
    ].slice(0, 60),
  };
}

function toProblems(part: Part, told: Told<unknown>): string[] {
  return told?.error ? [toProblem(part, told.error.code)] : [];
}
