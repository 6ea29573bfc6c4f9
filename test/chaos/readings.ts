// The book of what one browser has read of claude.ai: each answer about usage is another number, so each reading can be
// told from all others, on its way and in the bridge.
import type { Page } from "playwright";
import * as z from "zod/mini";
import { createAccounts } from "../stand-in/accounts.ts";
import type { StandInAccount } from "../stand-in/stand-in-account.ts";
import { toUsageBody } from "../stand-in/usage-body.ts";
import { readKnown } from "./ledger.ts";
import type { Harm } from "./scenario.ts";

const WINDOW = "five_hour";
const windowsSchema = z.array(z.looseObject({ id: z.string(), utilization: z.nullable(z.number()) }));
const snapshotSchema = z.looseObject({ windows: windowsSchema });

/** What the extension knows at one moment, whether its worker lives or not. */
const memorySchema = z.strictObject({
  badge: z.string(),
  isFlying: z.boolean(),
  sequences: z.array(z.int()),
  waiting: z.array(snapshotSchema),
  meter: z.looseObject({ rows: z.array(snapshotSchema) }),
});
export type Memory = {
  badge: string;
  /** Whether a wake of the worker holds the lock of all wakes. */
  isFlying: boolean;
  /** The number in the popup. */
  shown: number;
  /** Kept, and not known to be in the bridge. */
  waiting: { sequence: number; value: number }[];
};

export async function readMemory(page: Page): Promise<Memory> {
  const read = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opened = indexedDB.open("claude-meter");
      opened.onsuccess = () => resolve(opened.result);
      opened.onerror = () => reject(new Error("the database does not open"));
    });
    const store = database.transaction("waiting").objectStore("waiting");
    const [keys, values] = [store.getAllKeys(), store.getAll()];
    await new Promise((resolve) => {
      // Asked last, so answered last.
      values.onsuccess = resolve;
    });
    database.close();
    const { held = [] } = await navigator.locks.query();
    const waiting: unknown = values.result;
    const stored: Record<string, unknown> = await chrome.storage.local.get("meter");
    return {
      badge: await chrome.action.getBadgeText({}),
      isFlying: held.some(({ name }) => name === "meter"),
      sequences: keys.result,
      waiting,
      meter: stored["meter"],
    };
  });
  const { badge, isFlying, sequences, waiting, meter } = memorySchema.parse(read);
  const values = waiting.map(toValue);
  return {
    badge,
    isFlying,
    shown: Math.max(0, ...meter.rows.map(toValue)),
    waiting: sequences.map((sequence, index) => ({ sequence, value: values[index] ?? Number.NaN })),
  };
}

function toValue({ windows }: z.infer<typeof snapshotSchema>): number {
  return windows.find(({ id }) => id === WINDOW)?.utilization ?? Number.NaN;
}

export type Readings = {
  /** Who answers so. */
  account: StandInAccount;
  /** The number that was answered last. */
  last: () => number;
  /** From now on the bridge owes what the extension has kept or shown. */
  owe: (memory: Memory) => void;
  /** The bridge of this folder against the book, when nothing is on its way. */
  compare: (home: string) => Promise<{ harm: Harm; words: string }[]>;
};

export function createReadings(): Readings {
  let answered = 0;
  let delivered: number[] = [];
  const owed = new Map<number, number>();
  const shown = new Set<number>();
  const { alice } = createAccounts(Date.now());
  const organisations = alice.organisations.map((organisation) => ({
    ...organisation,
    get usageBody() {
      answered += 1;
      const window = organisation.usage.five_hour;
      const five_hour = window && { ...window, utilization: toPercent(answered) };
      // Of this era, because later bodies say each window a second time, in whole percent.
      return toUsageBody({ ...organisation, era: "2026-05", usage: { ...organisation.usage, five_hour } }, Date.now());
    },
  }));
  return {
    account: { ...alice, organisations },
    last: () => toPercent(answered),
    owe: (memory) => {
      for (const { sequence, value } of memory.waiting) owed.set(sequence, value);
      shown.add(memory.shown);
    },
    compare: async (home) => {
      const { status, points } = await readKnown(home);
      const values = [...points]
        .filter(([series]) => series.endsWith(` ${WINDOW}`))
        .flatMap(([, own]) => own.map(([, utilization]) => utilization ?? Number.NaN));
      const sequences = status.installs.map((install) => install.sequences);
      // One install, every sequence number once from the first on, and a point for each.
      const isComplete = JSON.stringify(sequences) === `[[[1,${values.length}]]]`;
      const disorder = isComplete ? [] : [`${values.length} points of the sequences ${JSON.stringify(sequences)}`];
      const hasHole = sequences.flat().length > 1 || Math.max(...sequences.flat(2)) > values.length;
      const lost = [
        ...delivered.filter((value, index) => values[index] !== value).map((value) => `${value} was acknowledged`),
        // The nth number that was kept is the nth point, so one that came twice would move all that follow.
        ...[...owed].filter(([sequence, value]) => values[sequence - 1] !== value).map((each) => `kept ${each.join()}`),
        ...[...shown].filter((value) => !values.includes(value)).map((value) => `${value} was shown`),
        ...(hasHole ? disorder : []),
      ];
      const invented = [
        ...values
          .filter((value, index) => value > toPercent(answered) || value <= (values[index - 1] ?? 0))
          .map((value) => `${value} was not answered, or not in this order`),
        ...(hasHole ? [] : disorder),
      ];
      delivered = values;
      owed.clear();
      shown.clear();
      return [
        ...lost.map((words) => ({ harm: "lost" as const, words })),
        ...invented.map((words) => ({ harm: "invented" as const, words })),
      ];
    },
  };
}

/** Hundredths: the most that claude.ai ever sends, and a hundred thousand of them before the reader doubts. */
function toPercent(answered: number): number {
  return answered / 100;
}
