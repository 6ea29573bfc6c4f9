// Claude Code's `rate_limit_event`: what it says about each window, and the limit when it says rejected. Its shares are
// fractions by definition of this source (1 is full) and its moments epoch seconds; both leave here as percent and ms.
import * as z from "zod/mini";
import { toDisplayText } from "../../../shared/display-text.ts";
import { parseServerTime } from "../../../shared/time.ts";
import { type Limit, toLimitName } from "./limit.ts";

const windowSchema = z.looseObject({ utilization: z.optional(z.unknown()), resetsAt: z.optional(z.unknown()) });

export const rateLimitEventSchema = z.looseObject({
  type: z.literal("rate_limit_event"),
  rate_limit_info: z.looseObject({
    status: z.string(),
    rateLimitType: z.catch(z.nullish(z.string()), null),
    resetsAt: z.optional(z.unknown()),
    utilization: z.optional(z.unknown()),
    surpassedThreshold: z.optional(z.unknown()),
    errorCode: z.catch(z.nullish(z.string()), null),
    /** Absent from the official types, present in nearly every event since August 2026. */
    unifiedWindows: z.catch(z.nullish(z.record(z.string(), z.catch(windowSchema, {}))), null),
  }),
});
export type RateLimitEvent = z.infer<typeof rateLimitEventSchema>;

export type EventWindow = {
  window: string;
  usedPercent: number | null;
  /** The warning threshold that was passed; older events say only this. */
  atLeastPercent: number | null;
  resetsAtMs: number | null;
};

/** The claimed window first, then those of `unifiedWindows`. */
export function toEventWindows({ rate_limit_info: info }: RateLimitEvent): EventWindow[] {
  const windows = new Map<string, EventWindow>();
  if (info.rateLimitType) {
    windows.set(info.rateLimitType, {
      window: info.rateLimitType,
      usedPercent: toPercent(info.utilization),
      atLeastPercent: toPercent(info.surpassedThreshold),
      resetsAtMs: toMs(info.resetsAt),
    });
  }
  for (const [window, { utilization, resetsAt }] of Object.entries(info.unifiedWindows ?? {})) {
    const claimed = windows.get(window);
    windows.set(window, {
      window,
      usedPercent: toPercent(utilization) ?? claimed?.usedPercent ?? null,
      atLeastPercent: claimed?.atLeastPercent ?? null,
      resetsAtMs: toMs(resetsAt) ?? claimed?.resetsAtMs ?? null,
    });
  }
  return [...windows.values()];
}

/** The limit of a rejected event: of all full windows the one that is free last, since until then nothing goes. */
export function toEventLimit(event: RateLimitEvent, seenAtMs: number): Limit {
  const info = event.rate_limit_info;
  const windows = toEventWindows(event);
  const claimed = windows.find(({ window }) => window === info.rateLimitType);
  const full = windows.filter((each) => each === claimed || (each.usedPercent ?? 0) >= 100);
  const binding = full.reduce<EventWindow | undefined>(
    (last, each) => (last && (last.resetsAtMs ?? 0) >= (each.resetsAtMs ?? 0) ? last : each),
    undefined,
  );
  const window = binding?.window ?? null;
  const isMoney = info.errorCode === "credits_required";
  return {
    class: isMoney ? "credits" : toClass(window),
    window,
    name: window === null ? "usage" : toDisplayText(toLimitName(window), 40),
    // The moment belongs to a window that is not what stands in the way.
    resetsAtMs: isMoney ? null : binding ? binding.resetsAtMs : toMs(info.resetsAt),
    resetText: null,
    text: null,
    seenAtMs,
  };
}

function toClass(window: string | null): Limit["class"] {
  if (window === "overage") return "credits";
  return window?.startsWith("seven_day_") ? "model" : "plan";
}

function toPercent(fraction: unknown): number | null {
  if (typeof fraction !== "number" || !(fraction >= 0 && fraction <= 10)) return null;
  // 0.07 * 100 is 7.000000000000001.
  return Math.round(fraction * 1e8) / 1e6;
}

function toMs(epochSeconds: unknown): number | null {
  const iso = typeof epochSeconds === "number" ? parseServerTime(epochSeconds) : undefined;
  return iso === undefined ? null : Date.parse(iso);
}
