// The extension's memory in browser.storage.local; what it cannot read there counts as not there, part by part.
import browser from "webextension-polyfill";
import { initialState, type MeterState, meterStateSchema } from "./meter-state.ts";

const KEY = "meter";

export async function readMeterState(): Promise<MeterState> {
  const stored = await browser.storage.local.get(KEY);
  return parseMeterState(stored[KEY]);
}

export async function writeMeterState(state: MeterState): Promise<void> {
  await browser.storage.local.set({ [KEY]: state });
}

/** Calls back with each state that is written, by whichever page or worker. */
export function onMeterState(listener: (state: MeterState) => void): void {
  browser.storage.local.onChanged.addListener((changes) => {
    const change = changes[KEY];
    if (change) listener(parseMeterState(change.newValue));
  });
}

function parseMeterState(value: unknown): MeterState {
  return meterStateSchema.safeParse(value).data ?? initialState;
}
