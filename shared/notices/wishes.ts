// What somebody wants to be told, and when not: the settings that notices follow, in the browser and in the bridge.
import * as z from "zod/mini";

const percentSchema = z.int().check(z.gte(1), z.lte(100));
/** Local time. */
const clockSchema = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
const yes = z.catch(z.boolean(), true);
const no = z.catch(z.boolean(), false);

/** In percent. */
export const thresholdsSchema = z
  .object({ warning: percentSchema, critical: percentSchema })
  .check(z.refine(({ warning, critical }) => critical > warning));
export type Thresholds = z.infer<typeof thresholdsSchema>;
/** The server's are unpublished; it was seen to warn from 83 % and to call 100 % critical. */
export const usualThresholds: Thresholds = { warning: 80, critical: 95 };

export const noticesSchema = z.object({ isOn: no, warning: yes, critical: yes, reset: yes });
export type NoticeKinds = z.infer<typeof noticesSchema>;

export const quietHoursSchema = z.object({
  isOn: no,
  from: z.catch(clockSchema, "22:00"),
  /** Earlier than `from`: on the next day. */
  until: z.catch(clockSchema, "08:00"),
});
export type QuietHours = z.infer<typeof quietHoursSchema>;

export type Wishes = { thresholds: Thresholds; notices: NoticeKinds; quietHours: QuietHours };
