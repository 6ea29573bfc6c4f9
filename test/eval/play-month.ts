// A month of one account in virtual time with known truth: three kinds of agents by day and night, chats by day, two windows
// that reset, whole points once a minute; and what our costs make of it.
import { type Book, emptyBook, endLease, joinQueue, mergeReading, reclaim } from "../../bridge/daemon/leases/book.ts";
import type { Interval } from "../../bridge/daemon/leases/costs/intervals.ts";
import { toListedCosts } from "../../bridge/daemon/leases/costs/to-listed-costs.ts";
import type { Level } from "../../bridge/daemon/leases/lease.ts";
import { createRandom } from "./random.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAYS = 30;
const START_MS = Date.UTC(2026, 4, 4);
/** A weekly window holds about twelve 5-hour windows. */
const WEEKLY_SHARE = 1 / 12;
const row = { org_uuid: "0197a000-0000-4000-8000-000000000000", account_uuid: null };

/** Jobs a day, points and minutes of one, and the hours in which they begin. */
const kinds = [
  { name: "night/claude", perDay: 6, points: 7, minutes: 50, from: 0, to: 7 },
  { name: "shop/claude", perDay: 14, points: 2, minutes: 12, from: 8, to: 19 },
  { name: "docs/claude", perDay: 10, points: 0.8, minutes: 8, from: 8, to: 23 },
] as const;
const CHAT_POINTS_AN_HOUR = 5;
const CHAT_SHARE_OF_DAY = 0.35;

export type Attribution = { name: string; window: string; share: number; attributed: number; error: number };

export function playMonth(seed: number): Attribution[] {
  const random = createRandom(seed);
  const truth = new Map<string, number>();
  const used = { five_hour: 0, seven_day: 0 };
  const resets = { five_hour: START_MS + 5 * HOUR_MS, seven_day: START_MS + 168 * HOUR_MS };
  const lengths = { five_hour: 5 * HOUR_MS, seven_day: 168 * HOUR_MS };
  const intervals: Interval[] = [];
  let running: { id: string; name: string; pointsPerMinute: number; endMs: number }[] = [];
  let book: Book = emptyBook;
  let isChatting = false;
  let serial = 0;

  const spend = (name: string, points: number) => {
    // The wall: nobody uses more.
    if (used.five_hour + points > 100) return;
    truth.set(name, (truth.get(name) ?? 0) + points);
    used.five_hour += points;
    used.seven_day += points * WEEKLY_SHARE;
  };
  for (let nowMs = START_MS; nowMs < START_MS + DAYS * 24 * HOUR_MS; nowMs += MINUTE_MS) {
    const hour = new Date(nowMs).getUTCHours();
    for (const window of ["five_hour", "seven_day"] as const) {
      if (nowMs < resets[window]) continue;
      used[window] = 0;
      resets[window] += lengths[window];
    }
    for (const kind of kinds) {
      const minutes = (kind.to - kind.from) * 60;
      if (hour < kind.from || hour >= kind.to || random.next() > kind.perDay / minutes) continue;
      serial += 1;
      const id = String(serial);
      const size = Math.exp(0.4 * random.normal());
      const length = Math.max(1, kind.minutes * Math.exp(0.3 * random.normal()) * size ** 0.7);
      const asked = {
        id,
        class: kind.name,
        priority: "normal",
        queuedMs: nowMs,
        watched: [],
        maxPercent: 100,
      } as const;
      const limits = { maxAgeMs: Infinity, reserve: { percent: 0, spans: [] }, given: {} };
      book = reclaim(joinQueue(book, { ...asked, ...limits }).book, id, nowMs);
      running.push({
        id,
        name: kind.name,
        pointsPerMinute: (kind.points * size) / length,
        endMs: nowMs + length * MINUTE_MS,
      });
    }
    if (random.next() < 1 / 20) isChatting = hour >= 8 && hour < 23 && random.next() < CHAT_SHARE_OF_DAY;
    if (isChatting) spend("elsewhere", CHAT_POINTS_AN_HOUR / 60);
    for (const job of running) spend(job.name, job.pointsPerMinute);
    for (const job of running.filter(({ endMs }) => endMs <= nowMs)) book = endLease(book, job.id, nowMs).book;
    running = running.filter(({ endMs }) => endMs > nowMs);
    const toLevel = (window: "five_hour" | "seven_day"): Level => {
      return { percent: Math.round(used[window]), resetsMs: resets[window], observedMs: nowMs };
    };
    const read = mergeReading(book, { five_hour: toLevel("five_hour"), seven_day: toLevel("seven_day") }, nowMs);
    book = read.book;
    intervals.push(...read.ended);
  }
  const total = [...truth.values()].reduce((sum, points) => sum + points, 0);
  const listed = toListedCosts({ intervals, jobs: book.jobs, costs: book.costs }, row);
  return ["five_hour", "seven_day"].flatMap((window) => {
    const all = listed.reduce((sum, cost) => sum + (cost.used[window]?.points ?? 0), 0);
    return [...kinds.map(({ name }) => name), "elsewhere"].map((name) => {
      const found = listed.find((cost) => (cost.class ?? "elsewhere") === name)?.used[window]?.points ?? 0;
      const share = (truth.get(name) ?? 0) / total;
      return { name, window, share, attributed: found / all, error: Math.abs(found / all - share) };
    });
  });
}
