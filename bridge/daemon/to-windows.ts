// The windows of a row and what each source says of them, under one set of ids. Pure.
import { decideValue } from "../../shared/decide-value.ts";
import type { Register, SourceRecord } from "../../shared/reading.ts";
import type { RowWindow } from "../../shared/row.ts";
import { toWindowReadings } from "../../shared/row-sources.ts";
import type { UsageWindow } from "../../shared/usage-window.ts";
import { toWindowNames, type WindowNames } from "../../shared/window-names.ts";
import type { RowRecord } from "./merge.ts";
import { newerRegister } from "./merge-source.ts";

export type SaidWindow = UsageWindow & Pick<RowWindow, "source" | "observed_at">;

/** The extension's windows as it read them, and those that only others say; their sources newest first. */
export function toWindows(
  { good, sources: records }: Pick<RowRecord, "good" | "sources">,
  nowMs: number,
): { windows: SaidWindow[]; sources: SourceRecord[] } {
  const own = good?.windows ?? [];
  const sources = [...records.values()].map((record) => toOwnIds(record, own)).toSorted(compareNewest);
  const registers = sources.flatMap(({ windows }) => Object.entries(windows));
  const others = new Map<string, Register>();
  for (const [id, register] of registers) {
    // The body that the extension read is whole: what it does not name was no window then.
    const isOther = !own.some((window) => window.id === id) && register.observed_at > (good?.fetched_at ?? "");
    if (isOther) others.set(id, newerRegister(others.get(id), register));
  }
  const added = [...others].map(([id, register]) => toSaidWindow(id, register, sources, nowMs));
  return { windows: [...own, ...added.toSorted((a, b) => toRank(a) - toRank(b))], sources };
}

function toSaidWindow(
  id: string,
  { label, model, scope }: Register,
  sources: SourceRecord[],
  nowMs: number,
): SaidWindow {
  const { reading } = decideValue(toWindowReadings(sources, id), nowMs);
  const names = toWindowNames(id);
  return {
    id,
    label: label ?? names.label,
    model: model === undefined ? names.model : model,
    scope: scope ?? names.scope,
    utilization: reading?.utilization ?? null,
    resets_at: reading?.resets_at ?? null,
    severity: null,
    is_active: null,
    dollars: null,
    ...(reading && { source: reading.source, observed_at: reading.observed_at }),
  };
}

/** Claude Code names a model's window by a key of the usage body, where the extension names it by the model. */
function toOwnIds(record: SourceRecord, own: readonly UsageWindow[]): SourceRecord {
  const windows = new Map<string, Register>();
  for (const [id, register] of Object.entries(record.windows)) {
    const ownId = own.some((window) => window.id === id) ? id : (findSame(own, toWindowNames(id))?.id ?? id);
    windows.set(ownId, newerRegister(windows.get(ownId), register));
  }
  return { ...record, windows: Object.fromEntries(windows) };
}

function findSame(own: readonly UsageWindow[], { scope, label }: WindowNames): UsageWindow | undefined {
  return scope === "account" ? undefined : own.find((window) => window.scope === scope && window.label === label);
}

function compareNewest(a: SourceRecord, b: SourceRecord): number {
  return a.observed_at === b.observed_at ? (a.source < b.source ? -1 : 1) : a.observed_at > b.observed_at ? -1 : 1;
}

function toRank({ id, scope }: UsageWindow): number {
  if (id === "five_hour") return 0;
  if (id === "seven_day") return 1;
  return { account: 2, model: 3, surface: 4, pool: 5 }[scope];
}
