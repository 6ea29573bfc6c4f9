// How much of a window leases leave free, by the hour of the day: "6", or "40@08-19,6". Pure.

export type Reserve = { percent: number; spans: readonly ReserveSpan[] };
/** From one full hour to another, across midnight when the second is the earlier one. */
export type ReserveSpan = { percent: number; fromHour: number; toHour: number };

export const DEFAULT_RESERVE = "6";

const PERCENT = /^\d{1,2}(?:\.\d)?$/;
const SPAN = /^(\d{1,2}(?:\.\d)?)@([01]\d|2[0-4])-([01]\d|2[0-4])$/;

/** Undefined when it is no reserve. */
export function parseReserve(text: string): Reserve | undefined {
  let percent: number | undefined;
  const spans: ReserveSpan[] = [];
  for (const part of text.split(",").map((each) => each.trim())) {
    const [, spanPercent, fromHour, toHour] = SPAN.exec(part) ?? [];
    if (spanPercent !== undefined) {
      spans.push({ percent: Number(spanPercent), fromHour: Number(fromHour), toHour: Number(toHour) });
    } else if (PERCENT.test(part) && percent === undefined) percent = Number(part);
    else return undefined;
  }
  return { percent: percent ?? Number(DEFAULT_RESERVE), spans };
}

/** The first span that holds the hour, else the plain percentage. */
export function decideReserve({ percent, spans }: Reserve, hour: number): number {
  const span = spans.find(({ fromHour, toHour }) =>
    fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour,
  );
  return span?.percent ?? percent;
}
