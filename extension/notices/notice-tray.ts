// Where notices are remembered and shown: browser.storage and Chrome's notifications.
import browser from "webextension-polyfill";
import type { NoticeText } from "../../shared/notices/format-notice.ts";
import { readNoticeMemory, writeNoticeMemory } from "./notice-memory.ts";
import type { Tray } from "./tell-notices.ts";

const USAGE_PAGE = "https://claude.ai/settings/usage";

export const noticeTray: Tray = {
  readMemory: readNoticeMemory,
  writeMemory: writeNoticeMemory,
  isShown: async (id) => id in (await browser.notifications.getAll()),
  show: showNotice,
};

/** Asked of Chrome each time: in a running worker browser.notifications outlives the permission, and its calls throw. */
export async function canNotify(): Promise<boolean> {
  return await browser.permissions.contains({ permissions: ["notifications"] });
}

export async function showNotice(id: string, { title, message }: NoticeText): Promise<void> {
  const iconUrl = browser.runtime.getURL("extension/icons/128.png");
  await browser.notifications.create(id, { type: "basic", iconUrl, title, message });
}

/**
 * Without the permission browser.notifications is not there. Safe to repeat when it comes while the worker runs: Chrome
 * keeps one and the same listener once.
 */
export function listenForClicks(): void {
  browser.notifications?.onClicked.addListener(openUsage);
}

function openUsage(id: string): void {
  void browser.tabs.create({ url: USAGE_PAGE });
  void browser.notifications.clear(id);
}
