// Claude Code's `rate_limit_event`: what it says about each window, and the limit when it says rejected. Its shares are
// fractions by definition of this source (1 is full) and its moments epoch seconds; both leave here as percent and ms.
import * as z from "zod/mini";
import { SWITCHED_OFF } from "../../../shared/api-limit/api-message.ts";
import { selectLastReset } from "../../../shared/api-limit/select-last-reset.ts";
import { toDisplayText } from "../../../shared/display-text.ts";
import { parseServerTime } from "../../../shared/time.ts";
import { type Limit, toLimitName } from "./limit.ts";

const windowSchema = z.looseObject({
  utilization: z.optional(z.unknown()),
  resetsAt: z.optional(z.unknown()),
  /** Since 2.1.332: allowed, allowed_warning, rejected. Utilization may pass 1 and the window still be open. */
  status: z.catch(z.nullish(z.string()), null),
});

/** As events carry it, and error messages in `api_error_params`. */
export const rateLimitInfoSchema = z.looseObject({
  status: z.string(),
  rateLimitType: z.catch(z.nullish(z.string()), null),
  resetsAt: z.optional(z.unknown()),
  utilization: z.optional(z.unknown()),
  surpassedThreshold: z.optional(z.unknown()),
  errorCode: z.catch(z.nullish(z.string()), null),
  overageDisabledReason: z.catch(z.nullish(z.string()), null),
  isUsingOverage: z.catch(z.nullish(z.boolean()), null),
  overageInUse: z.catch(z.nullish(z.boolean()), null),
  /** Absent from the official types, present in nearly every event since August 2026. */
  unifiedWindows: z.catch(z.nullish(z.record(z.string(), z.catch(windowSchema, {}))), null),
});
export type RateLimitInfo = z.infer<typeof rateLimitInfoSchema>;

export const rateLimitEventSchema = z.looseObject({
  type: z.literal("rate_limit_event"),
  rate_limit_info: rateLimitInfoSchema,
});

/**
 * What a report means, decided as Claude Code itself decides before it waits (2.1.332): a rejected turn that overage pays
 * for goes on, and a rejection that names neither window nor reset is any 429, of which the words behind it tell more.
 */
export function decideMeaning(info: RateLimitInfo): "limit" | "goes-on" | "nothing" {
  if (info.status.startsWith("allowed")) return "goes-on";
  if (info.status !== "rejected") return "nothing";
  if (info.isUsingOverage === true || info.overageInUse === true) return "goes-on";
  return info.rateLimitType || toMs(info.resetsAt) !== null || isCreditsRequired(info) ? "limit" : "nothing";
}

/** What an event says of every window, whatever it means for the turn. Undefined for any other message. */
export function readEventWindows(message: unknown): EventWindow[] | undefined {
  const event = rateLimitEventSchema.safeParse(message);
  return event.success ? toEventWindows(event.data.rate_limit_info) : undefined;
}

export type EventWindow = {
  window: string;
  isRejected: boolean | undefined;
  usedPercent: number | null;
  /** The warning threshold that was passed; older events say only this. */
  atLeastPercent: number | null;
  resetsAtMs: number | null;
};

/** The claimed window first, then those of `unifiedWindows`. */
export function toEventWindows(info: RateLimitInfo): EventWindow[] {
  const windows = new Map<string, EventWindow>();
  if (info.rateLimitType) {
    windows.set(info.rateLimitType, {
      window: info.rateLimitType,
      isRejected: undefined,
      usedPercent: toPercent(info.utilization),
      atLeastPercent: toPercent(info.surpassedThreshold),
      resetsAtMs: toMs(info.resetsAt),
    });
  }
  for (const [window, { utilization, resetsAt, status }] of Object.entries(info.unifiedWindows ?? {})) {
    const claimed = windows.get(window);
    windows.set(window, {
      window,
      isRejected: status ? status === "rejected" : undefined,
      usedPercent: toPercent(utilization) ?? claimed?.usedPercent ?? null,
      atLeastPercent: claimed?.atLeastPercent ?? null,
      resetsAtMs: toMs(resetsAt) ?? claimed?.resetsAtMs ?? null,
    });
  }
  return [...windows.values()];
}

/** The limit of a rejection: of all full windows the one that is free last, since until then nothing goes. */
export function toEventLimit(info: RateLimitInfo, seenAtMs: number): Limit {
  const windows = toEventWindows(info);
  const claimed = windows.find(({ window }) => window === info.rateLimitType);
  const full = windows.filter((each) => each === claimed || (each.isRejected ?? (each.usedPercent ?? 0) >= 100));
  const binding = selectLastReset(full);
  const window = binding?.window ?? null;
  const isMoney = isCreditsRequired(info);
  return {
    class: isMoney ? "credits" : toClass(window),
    window,
    name: window === null ? "usage" : toDisplayText(toLimitName(window), 40),
    // The moment belongs to a window that is not what stands in the way.
    resetsAtMs: isMoney ? null : binding ? binding.resetsAtMs : toMs(info.resetsAt),
    resetText: null,
    text: null,
    needsPerson: isMoney || (window === "overage" && SWITCHED_OFF.test(info.overageDisabledReason ?? "")),
    seenAtMs,
  };
}

/** With any window but that of the overage it is the window that stands in the way. */
function isCreditsRequired({ errorCode, rateLimitType }: RateLimitInfo): boolean {
  return errorCode === "credits_required" && (!rateLimitType || rateLimitType === "overage");
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
