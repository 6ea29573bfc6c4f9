// Whether a moment lies in the hours in which nobody wants to be told anything. Local time, also across midnight. Pure.
import type { QuietHours } from "./wishes.ts";

export function isQuiet({ isOn, from, until }: QuietHours, nowMs: number): boolean {
  const now = new Date(nowMs);
  const minute = now.getHours() * 60 + now.getMinutes();
  const [start, end] = [toMinute(from), toMinute(until)];
  const isWithin = start <= end ? start <= minute && minute < end : minute >= start || minute < end;
  return isOn && isWithin;
}

function toMinute(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}
