// What can be chosen for the badge: the rows and windows that were read, and what was chosen before. Pure.

import { type RowId, rowIdSchema } from "../../shared/row-id.ts";
import { formatRowName } from "../../shared/row-name.ts";
import type { Shown } from "../meter-state.ts";
import type { Settings } from "../settings.ts";

export type Choice = { value: string; text: string };

export function toRowChoices(rows: readonly Shown[], chosen: RowId | null): Choice[] {
  const known = rows.map((row) => ({ value: toRowChoice(row), text: toRowText(row) }));
  return withChosen([{ value: "", text: "Automatic (fullest account)" }, ...known], toRowChoice(chosen));
}

/** Of the chosen row only, if there is one. */
export function toWindowChoices(rows: readonly Shown[], { badgeRow, badgeWindow }: Settings): Choice[] {
  const chosen = toRowChoice(badgeRow);
  const windows = rows.filter((row) => chosen === "" || toRowChoice(row) === chosen).flatMap((row) => row.windows);
  const labels = new Map(windows.map(({ id, label }) => [id, label]));
  const known = [...labels].map(([value, text]) => ({ value, text }));
  return withChosen([{ value: "", text: "Automatic (fullest account-wide limit)" }, ...known], badgeWindow ?? "");
}

/** "" is automatic. */
export function toRowChoice(row: RowId | null): string {
  return row === null ? "" : `${row.org_uuid} ${row.account_uuid ?? ""}`;
}

export function parseRowChoice(value: string): RowId | null {
  const [org_uuid, account_uuid] = value.split(" ");
  return rowIdSchema.safeParse({ org_uuid, account_uuid: account_uuid || null }).data ?? null;
}

function toRowText(row: Shown): string {
  const name = formatRowName(row);
  return row.account_email === null || name === row.account_email ? name : `${name} · ${row.account_email}`;
}

/** A choice that is no longer available stays chosen, and says so. */
function withChosen(choices: Choice[], chosen: string): Choice[] {
  if (choices.some(({ value }) => value === chosen)) return choices;
  return [...choices, { value: chosen, text: "Chosen earlier, not available now" }];
}
