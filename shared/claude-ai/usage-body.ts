// Reads the body of claude.ai's usage endpoint, of every era and account kind, part by part.
// Its percentages are 0-100 by definition of this source (1 is one percent); nothing here looks at a value to find its unit.
import * as z from "zod/mini";
import { toDisplayText } from "../display-text.ts";
import { type JsonObject, jsonObjectSchema } from "../json.ts";
import { parseServerTime } from "../time.ts";
import { MAX_WINDOWS, type UsageWindow } from "../usage-window.ts";
import { legacyWindows } from "../window-names.ts";
import { slugSchema } from "../wire-text.ts";
import { MeterError } from "./meter-error.ts";
import { type Money, parseMoney } from "./money.ts";
import { toProblem } from "./problem.ts";

export type UsageReading = { windows: UsageWindow[]; money: Money | null; problems: string[] };

/** Without any of these it is not a usage body, whatever the status said. */
const KNOWN_KEYS = ["five_hour", "seven_day", "limits", "extra_usage", "spend"];

const MAX_PROBLEMS = 50;

/** Not meters: offers and statistics that share a field name with windows. */
const NOT_WINDOWS = new Set(["extra_usage", "spend", "limits", "cedar_ember", "juniper_tide", "seven_day_breakdown"]);

/** Known and of no use to a meter. */
const UNUSED_KEYS = new Set(["member_dashboard_available", "weekly_scoped_shares"]);

const KNOWN_KINDS = new Set(["session", "weekly_all", "weekly_scoped"]);

const utilizationSchema = z.number().check(z.gte(0), z.lte(1000));
const finiteSchema = z.number();
const namedSchema = z.catch(
  z.nullish(
    z.looseObject({
      id: z.catch(z.nullish(z.string()), null),
      display_name: z.catch(z.nullish(z.string()), null),
    }),
  ),
  null,
);
const limitRowSchema = z.looseObject({
  kind: z.string().check(z.minLength(1)),
  percent: z.optional(z.unknown()),
  severity: z.optional(z.unknown()),
  resets_at: z.optional(z.unknown()),
  is_active: z.optional(z.unknown()),
  scope: z.catch(z.nullish(z.looseObject({ model: namedSchema, surface: namedSchema })), null),
});
type LimitRow = z.infer<typeof limitRowSchema>;

/** Throws MeterError "changed" when the body is no usage body at all; a bad part costs only that part. */
export function parseUsageBody(body: unknown): UsageReading & { usage: JsonObject } {
  const object = jsonObjectSchema.safeParse(body);
  if (!object.success || !KNOWN_KEYS.some((key) => key in object.data)) throw new MeterError("changed");
  return { usage: object.data, ...readUsage(object.data) };
}

/** Something in a body that this version has no own word for: a key, the kind of a limit, a window under a new name. */
export type Drift = { what: "key" | "kind" | "window"; name: string; sample: unknown };

/** Null and what looks like a placeholder are no drift: codenames come and go without a meaning. */
export function findDrift(body: JsonObject): Drift[] {
  const keys = Object.entries(body).flatMap(([name, value]): Drift[] => {
    const isKnown = Object.hasOwn(legacyWindows, name) || NOT_WINDOWS.has(name) || UNUSED_KEYS.has(name);
    if (isKnown || value === null) return [];
    const window = keyToWindow(name, value, []);
    if (window) return window.scope === "pool" ? [] : [{ what: "window", name, sample: value }];
    const object = jsonObjectSchema.safeParse(value).data;
    return object && "utilization" in object ? [] : [{ what: "key", name, sample: value }];
  });
  const limits = Array.isArray(body["limits"]) ? body["limits"] : [];
  const kinds = limits.flatMap((entry: unknown): Drift[] => {
    const row = limitRowSchema.safeParse(entry).data;
    if (row && KNOWN_KINDS.has(row.kind)) return [];
    return [{ what: "kind", name: row?.kind ?? "unreadable", sample: entry }];
  });
  return [...keys, ...kinds];
}

function readUsage(body: JsonObject): UsageReading {
  const problems: string[] = [];
  const windows = new Map<string, UsageWindow>();
  const add = (window: UsageWindow) => {
    const known = windows.get(window.id);
    if (!known) windows.set(window.id, window);
    // The tighter reading of two rows with one name: the looser one would let an agent run into a wall.
    else {
      problems.push(toProblem(window.id, "duplicate"));
      if ((window.utilization ?? -1) > (known.utilization ?? -1)) windows.set(window.id, window);
    }
  };

  const limits = body["limits"];
  if (Array.isArray(limits)) {
    for (const [index, entry] of limits.entries()) {
      const row = limitRowSchema.safeParse(entry);
      if (row.success) add(limitToWindow(row.data, problems));
      else problems.push(toProblem(`limits:${index}`, "bad-shape"));
    }
  } else if (limits !== undefined && limits !== null) problems.push(toProblem("limits", "bad-shape"));

  const fromLimits = new Set(windows.keys());
  const scopedInLimits = new Set([...windows.values()].map((window) => window.scope));
  for (const [key, value] of Object.entries(body)) {
    const window = keyToWindow(key, value, problems);
    if (!window) continue;
    const isScoped = window.scope === "model" || window.scope === "surface";
    if (isScoped && scopedInLimits.has(window.scope)) continue;
    const row = fromLimits.has(window.id) ? windows.get(window.id) : undefined;
    if (row) windows.set(window.id, fillIn(row, window));
    else add(window);
  }

  const all = [...windows.values()];
  if (all.length > MAX_WINDOWS) problems.push(toProblem("windows", "bad-shape"));
  return {
    windows: all.sort((a, b) => rank(a) - rank(b)).slice(0, MAX_WINDOWS),
    money: parseMoney(body["spend"], body["extra_usage"], (part) => problems.push(toProblem(part, "bad-money"))),
    problems: [...new Set(problems)].slice(0, MAX_PROBLEMS),
  };
}

function limitToWindow(row: LimitRow, problems: string[]): UsageWindow {
  const named = nameLimit(row);
  return {
    ...named,
    utilization: readUtilization(named.id, row.percent, problems),
    resets_at: readReset(named.id, row.resets_at, problems),
    severity: slugSchema.safeParse(row.severity).data ?? null,
    is_active: typeof row.is_active === "boolean" ? row.is_active : null,
    dollars: null,
  };
}

/** The kind classifies a row, never its label (types of the official SDK, 0.3.328). */
function nameLimit(row: LimitRow): Pick<UsageWindow, "id" | "label" | "model" | "scope"> {
  if (row.kind === "session") return { id: "five_hour", label: "5-hour", model: null, scope: "account" };
  if (row.kind === "weekly_all") return { id: "seven_day", label: "Weekly", model: null, scope: "account" };
  // An empty name is no name.
  const model = row.scope?.model?.display_name || row.scope?.model?.id;
  const surface = row.scope?.surface?.display_name || row.scope?.surface?.id;
  const name = model || surface;
  const scope = model ? "model" : surface ? "surface" : row.kind === "weekly_scoped" ? "model" : "account";
  const shownModel = model ? toDisplayText(model) : null;
  if (row.kind === "weekly_scoped") {
    const label = `Weekly, ${toDisplayText(name || "unnamed")}`;
    return { id: `scoped:${toSlug(name || "unnamed")}`, label, model: shownModel, scope };
  }
  const label = toDisplayText(name ? `${toWords(row.kind)}, ${name}` : toWords(row.kind));
  return { id: name ? `${toSlug(row.kind)}:${toSlug(name)}` : toSlug(row.kind), label, model: shownModel, scope };
}

function keyToWindow(key: string, value: unknown, problems: string[]): UsageWindow | undefined {
  const legacy = Object.hasOwn(legacyWindows, key) ? legacyWindows[key] : undefined;
  if (NOT_WINDOWS.has(key) || value === null || value === undefined) return undefined;
  const object = jsonObjectSchema.safeParse(value);
  if (!object.success) {
    if (legacy) problems.push(toProblem(key, "bad-shape"));
    return undefined;
  }
  const { utilization, resets_at, limit_dollars, used_dollars } = object.data;
  const limit = isPlanWindow(key) ? undefined : finiteSchema.safeParse(limit_dollars).data;
  const isPool = limit !== undefined && limit > 0;
  if (!legacy && !isPool && utilization === undefined) return undefined;
  const id = isPool ? `pool:${toSlug(key)}` : legacy ? key : toSlug(key);
  const window: UsageWindow = {
    id,
    ...(legacy ?? { label: toDisplayText(toWords(key)), model: null, scope: "account" }),
    ...(isPool ? { label: toDisplayText(`${toWords(key)} (credit)`), model: null, scope: "pool" } : {}),
    utilization: readUtilization(id, utilization, problems),
    resets_at: readReset(id, resets_at, problems),
    severity: null,
    is_active: null,
    dollars: isPool ? { used: finiteSchema.safeParse(used_dollars).data ?? null, limit } : null,
  };
  // {0 %, no reset} under a codename is a placeholder, not a limit; the two plan windows are real while idle.
  const isPlaceholder = !isPool && !window.utilization && window.resets_at === null;
  return isPlaceholder && !isPlanWindow(key) ? undefined : window;
}

function isPlanWindow(key: string): boolean {
  return key === "five_hour" || key === "seven_day";
}

/** The limits row is preferred; the legacy window only says what the row left open. */
function fillIn(row: UsageWindow, legacy: UsageWindow): UsageWindow {
  return { ...row, utilization: row.utilization ?? legacy.utilization, resets_at: row.resets_at ?? legacy.resets_at };
}

function readUtilization(id: string, value: unknown, problems: string[]): number | null {
  if (value === null) return null;
  const read = utilizationSchema.safeParse(value);
  if (!read.success) problems.push(toProblem(id, "bad-utilization"));
  return read.data ?? null;
}

function readReset(id: string, value: unknown, problems: string[]): string | null {
  if (value === null || value === undefined) return null;
  const read = parseServerTime(value);
  if (read === undefined) problems.push(toProblem(id, "bad-time"));
  return read ?? null;
}

function rank(window: UsageWindow): number {
  if (window.id === "five_hour") return 0;
  if (window.id === "seven_day") return 1;
  return { account: 2, model: 3, surface: 4, pool: 5 }[window.scope];
}

/** Lower-case ASCII, at most 40 characters; a name without any gets a stable number of its own. */
function toSlug(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 38);
  if (ascii) return ascii;
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return `x${hash.toString(16)}`;
}

function toWords(key: string): string {
  const words = key.replaceAll("_", " ").trim() || "unnamed";
  return words[0]?.toUpperCase() + words.slice(1);
}
