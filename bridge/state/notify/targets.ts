// notify.json: who is to be told what, outside this machine. A private file, because each address is a secret.
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { quietHoursSchema, thresholdsSchema, usualThresholds } from "../../../shared/notices/wishes.ts";
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from "../private-files.ts";

/** warning and critical: a window passed that threshold. lost: work is under way and no reading came for ten minutes. */
export const eventKinds = ["warning", "critical", "reset", "stalled", "failed", "done", "lost"] as const;
export type EventKind = (typeof eventKinds)[number];

export const MAX_TARGETS = 10;
const MAX_URL_CHARS = 2_000;

/** ntfy: the message is the body, its title a header. webhook: `{"text": …}`, as Slack and many others take it. */
export const targetKinds = ["ntfy", "webhook"] as const;

const targetSchema = z.looseObject({
  id: z.string().check(z.regex(/^[0-9a-f]{8}$/)),
  kind: z.enum(targetKinds),
  url: z.string().check(z.maxLength(MAX_URL_CHARS), z.refine(isTargetUrl)),
  /** All of them when it is absent. */
  events: z.optional(z.array(z.enum(eventKinds))),
  /** Accounts and runs by their names; without, nothing is sent that could name anybody. */
  names: z.optional(z.boolean()),
});
export type Target = z.infer<typeof targetSchema>;

const notifySchema = z.looseObject({
  schema: z.literal(1),
  targets: z.array(targetSchema).check(z.maxLength(MAX_TARGETS)),
  thresholds: z.catch(thresholdsSchema, usualThresholds),
  quietHours: z.catch(quietHoursSchema, quietHoursSchema.parse({})),
});
export type NotifySettings = z.infer<typeof notifySchema>;

export const noNotifySettings: NotifySettings = notifySchema.parse({ schema: 1, targets: [] });

export function isTargetUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" || url?.protocol === "http:";
}

export function toNotifyPath(folder: string): string {
  return join(folder, "notify.json");
}

/** Without any target when there is no file. Throws on a file that is none of ours. */
export async function readNotifySettings(folder: string): Promise<NotifySettings> {
  const text = await readPrivateFile(toNotifyPath(folder));
  return text === undefined ? noNotifySettings : notifySchema.parse(parseJson(text));
}

export async function writeNotifySettings(folder: string, settings: NotifySettings): Promise<void> {
  await ensurePrivateFolder(folder);
  await writePrivateFile(toNotifyPath(folder), `${JSON.stringify(settings, null, 2)}\n`);
}
