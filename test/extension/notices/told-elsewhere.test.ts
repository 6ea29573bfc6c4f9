// Notices once per account, not once per browser: what another browser tells is not told here, not even after this one has
// taken over.
import { expect, test } from "vitest";
import type { NoticeMemory } from "../../../extension/notices/notice-memory.ts";
import { type Tray, tellNotices } from "../../../extension/notices/tell-notices.ts";
import { initialSettings, type Settings } from "../../../extension/settings.ts";
import { toIso } from "../../../shared/time.ts";
import { createShown, createUsageWindow } from "../../shared/wire-examples.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const HOUR = 3_600_000;
const settings: Settings = { ...initialSettings, notices: { isOn: true, warning: true, critical: true, reset: true } };

function createBrowser() {
  let memory: NoticeMemory = { told: [], telling: null };
  const shown: string[] = [];
  const tray: Tray = {
    readMemory: async () => memory,
    writeMemory: async (next) => {
      memory = next;
    },
    isShown: async (id) => shown.includes(id),
    show: async (id) => {
      shown.push(id);
    },
  };
  const see = async (utilization: number, minute: number, isMuted: boolean) => {
    const nowMs = NOON + minute * 60_000;
    const windows = [createUsageWindow({ utilization, resets_at: toIso(NOON + 2 * HOUR) })];
    const rows = [createShown({ fetched_at: toIso(nowMs), windows })];
    await tellNotices(tray, settings, { rows, isMuted: () => isMuted, nowMs });
    return shown.length;
  };
  return { see };
}

test("a stand-by tells nothing", async () => {
  const { see } = createBrowser();
  expect(await see(85, 0, true)).toBe(0);
  expect(await see(96, 1, true)).toBe(0);
});

test("nor does it tell again what the other had told when it takes over, but what comes then", async () => {
  const { see } = createBrowser();
  await see(85, 0, true);
  expect(await see(86, 1, false)).toBe(0);
  expect(await see(96, 2, false)).toBe(1);
});
