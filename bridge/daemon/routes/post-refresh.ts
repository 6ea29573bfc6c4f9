// POST /refresh, on the socket only: a look at claude.ai now, for the rows that the asker means. Answered when what the look
// gave is in status.json, or with why it is not.
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { pollStateSchema } from "../../../shared/poll-state.ts";
import { type Refreshed, type RefreshQuestion, refreshQuestionSchema } from "../../../shared/refresh.ts";
import type { StoredRow } from "../../../shared/row.ts";
import { toRowSources } from "../../../shared/row-sources.ts";
import { isDirect } from "../../../shared/sources.ts";
import type { LookOutcome, RequestLook } from "../look-requests.ts";
import { Refusal } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";
import { allowLongAnswer, type Handler } from "../server.ts";

export type PostRefreshOptions = {
  rowKeeper: Pick<RowKeeper, "readStatus">;
  requestLook: RequestLook;
  /** For what no browser reads. */
  readOtherSources: () => Promise<string | undefined>;
};

export function createPostRefresh({ rowKeeper, requestLook, readOtherSources }: PostRefreshOptions): Handler {
  return async ({ body, socket }) => {
    const { org_uuid, account_uuid } = parseQuestion(body);
    const isMeant = (row: { org_uuid: string; account_uuid: string | null }) =>
      (org_uuid === undefined || row.org_uuid === org_uuid) &&
      (account_uuid === undefined || row.account_uuid === account_uuid);
    const before = rowKeeper.readStatus().rows.filter(isMeant);
    // A look takes up to half a minute, and bounds itself.
    allowLongAnswer(socket);
    const outcomes = await Promise.all(before.map((row) => requestLook(row)));
    const isReadByAll = outcomes.length > 0 && outcomes.every(({ kind }) => kind === "read");
    const nextAskAt = isReadByAll ? undefined : await readOtherSources();
    const refreshed = rowKeeper
      .readStatus()
      .rows.filter(isMeant)
      .map((known): Refreshed["rows"][number] => {
        const index = before.findIndex((row) => isSameRow(row, known));
        const [row, outcome] = [before[index], outcomes[index]];
        const isRead = outcome?.kind !== "read" && toDirectAt(known) !== (row && toDirectAt(row));
        return {
          org_uuid: known.org_uuid,
          account_uuid: known.account_uuid,
          ...(outcome?.kind === "no-browser" && !isRead && nextAskAt !== undefined && { next_ask_at: nextAskAt }),
          ...toOutcome(isRead ? { kind: "read" } : outcome, known),
          fetched_at: known.fetched_at,
        };
      });
    const reply: Refreshed = { rows: refreshed };
    return { status: 200, body: reply };
  };
}

function isSameRow(a: StoredRow, b: StoredRow): boolean {
  return a.org_uuid === b.org_uuid && a.account_uuid === b.account_uuid;
}

/** When the newest direct reading of a row was true. */
function toDirectAt(row: StoredRow): string | undefined {
  return toRowSources(row).find(({ source }) => isDirect(source))?.observed_at;
}

/** The look went well, and yet this organisation's usage may not have come: then its row says so. */
function toOutcome(
  outcome: LookOutcome = { kind: "no-answer" },
  { errors }: StoredRow,
): Pick<Refreshed["rows"][number], "outcome" | "state"> {
  if (outcome.kind === "failed") return { outcome: "failed", state: outcome.state };
  const problem = outcome.kind === "read" ? errors.find((each) => each.startsWith(USAGE_PROBLEM)) : undefined;
  if (problem === undefined) return { outcome: outcome.kind };
  const { data: state = "changed" } = pollStateSchema.safeParse(problem.slice(USAGE_PROBLEM.length));
  return { outcome: "failed", state };
}

const USAGE_PROBLEM = "usage: ";

function parseQuestion(text: string): RefreshQuestion {
  try {
    return z.parse(refreshQuestionSchema, parseJson(text));
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
