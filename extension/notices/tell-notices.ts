// Conductor: decides what is due, and shows it as one notification. The memory says "telling" before the screen is asked
// and "told" after it: a worker that dies between finds out at its next wake whether the notification is there.

import { decideNotices } from "../../shared/notices/decide-notices.ts";
import { formatNotices, type NoticeText } from "../../shared/notices/format-notice.ts";
import type { Told } from "../../shared/notices/told.ts";
import type { Shown } from "../meter-state.ts";
import type { Settings } from "../settings.ts";
import type { NoticeMemory } from "./notice-memory.ts";

/** Where notices are remembered and shown. */
export type Tray = {
  readMemory: () => Promise<NoticeMemory>;
  writeMemory: (memory: NoticeMemory) => Promise<void>;
  isShown: (id: string) => Promise<boolean>;
  show: (id: string, text: NoticeText) => Promise<void>;
};

export async function tellNotices(
  tray: Tray,
  settings: Settings,
  seen: { rows: readonly Shown[]; isMuted?: (row: Shown) => boolean; nowMs: number },
): Promise<void> {
  const memory = await tray.readMemory();
  const before = await settle(tray, memory);
  const { notices: due, told } = decideNotices(settings, before, seen);
  // What another browser tells counts as told here: should this one tell from now on, it is not said again.
  const notices = due.filter(({ row }) => seen.isMuted?.(row) !== true);
  if (notices.length > 0) {
    const id = `notice-${seen.nowMs}`;
    await tray.writeMemory({ told: before, telling: { id, told } });
    await tray.show(id, formatNotices(notices, seen.rows.length > 1 ? "several" : "one", seen.nowMs));
  }
  if (notices.length > 0 || memory.telling || told.length + before.length > 0) {
    await tray.writeMemory({ told, telling: null });
  }
}

/** What has been told, also when nobody lived to write it down. */
async function settle(tray: Tray, { told, telling }: NoticeMemory): Promise<Told[]> {
  return telling && (await tray.isShown(telling.id)) ? telling.told : told;
}
