// Brings what answers told to the bridge, a few times a second at most: the newest of each row and key, and every refusal
// while there is room. A bridge that is down costs the proxy nothing, and gets the newest when it is back.
import { type ApiRefusal, type KeyLimits, MAX_KEYS, MAX_REFUSALS, toKeyName } from "../../shared/api-limit/limits.ts";
import type { AnswerFacts, ProxyReading } from "./answer-facts.ts";

export type Ask = (method: "POST", path: string, body: unknown) => Promise<unknown>;

const BATCH_MS = 100;
const RETRY_MS = 2_000;
const MAX_ROWS = 50;

export type Reporter = {
  take: (facts: AnswerFacts) => void;
  /** What is still to be told, once. */
  close: () => Promise<void>;
};

export function createReporter(ask: Ask): Reporter {
  const readings = new Map<string, ProxyReading>();
  const keys = new Map<string, KeyLimits>();
  let refusals: ApiRefusal[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  const hasWork = () => readings.size + keys.size + refusals.length > 0;
  const send = async (): Promise<boolean> => {
    const batch = { readings: [...readings.values()], limits: { keys: [...keys.values()], refusals } };
    readings.clear();
    keys.clear();
    refusals = [];
    const isTold = await Promise.all([
      batch.readings.length === 0 || tell("/readings", { readings: batch.readings }),
      batch.limits.keys.length + batch.limits.refusals.length === 0 || tell("/limits", batch.limits),
    ]);
    if (!isTold[0]) for (const each of batch.readings) keep(readings, toRowName(each), each, MAX_ROWS, isNewerReading);
    if (!isTold[1]) {
      for (const each of batch.limits.keys) keep(keys, toKeyName(each), each, MAX_KEYS, isNewerReading);
      refusals = [...batch.limits.refusals, ...refusals].slice(-MAX_REFUSALS);
    }
    return isTold.every(Boolean);
  };
  /** False when nobody was there to take it; what a bridge refuses it will refuse again. */
  const tell = async (path: string, body: unknown): Promise<boolean> => {
    try {
      return (await ask("POST", path, body)) !== undefined;
    } catch {
      return true;
    }
  };
  const schedule = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      sending = send().then((isTold) => {
        sending = undefined;
        if (hasWork()) schedule(isTold ? BATCH_MS : RETRY_MS);
      });
    }, ms);
  };

  return {
    take: ({ reading, keyLimits, refusal }) => {
      if (reading) keep(readings, toRowName(reading), reading, MAX_ROWS, isNewerReading);
      if (keyLimits) keep(keys, toKeyName(keyLimits), keyLimits, MAX_KEYS, isNewerReading);
      if (refusal) refusals = [...refusals, refusal].slice(-MAX_REFUSALS);
      if (hasWork() && sending === undefined) schedule(BATCH_MS);
    },
    close: async () => {
      clearTimeout(timer);
      await sending;
      clearTimeout(timer);
      if (hasWork()) await send();
    },
  };
}

function toRowName({ account_uuid, org_uuid }: ProxyReading): string {
  return `${account_uuid} ${org_uuid}`;
}

function isNewerReading(a: { observed_at: string }, b: { observed_at: string }): boolean {
  return a.observed_at >= b.observed_at;
}

/** The newest of each name; the one that was there first makes room. */
function keep<T>(map: Map<string, T>, name: string, value: T, most: number, isNewer: (a: T, b: T) => boolean): void {
  const known = map.get(name);
  if (known !== undefined && !isNewer(value, known)) return;
  map.delete(name);
  map.set(name, value);
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}
