// Whether anybody is to be notified at all: until then the bridge does not carry what it takes.
import { existsSync } from "node:fs";
import { toNotifyPath } from "../../state/notify/targets.ts";
import type { Notify, NotifyOptions } from "./notify.ts";

export type NotifyDoor = Pick<Notify, "onPublished" | "close"> & {
  /** notify.json has changed, or is there for the first time. */
  reload: () => Promise<void>;
};

export async function createNotifyDoor(options: NotifyOptions): Promise<NotifyDoor> {
  let notify: Notify | undefined;
  const reload = async () => {
    if (notify) return notify.reload();
    if (!existsSync(toNotifyPath(options.folder))) return;
    const { openNotify } = await import("./notify.ts");
    notify ??= await openNotify(options);
  };
  await reload();
  return {
    onPublished: () => notify?.onPublished(),
    reload,
    close: async () => await notify?.close(),
  };
}
