// Which browser this is, as far as it says so itself; Arc and Vivaldi call themselves Chrome, which the bridge can see.
import * as z from "zod/mini";

const navigatorSchema = z.object({
  userAgent: z.optional(z.string()),
  brave: z.optional(z.unknown()),
  userAgentData: z.optional(z.object({ brands: z.array(z.object({ brand: z.string() })) })),
});

/** From the most telling brand to the least: every Chromium browser also lists "Chromium". */
const brandNames = [
  ["Microsoft Edge", "Edge"],
  ["Opera", "Opera"],
  ["Brave", "Brave"],
  ["Vivaldi", "Vivaldi"],
  ["Google Chrome", "Chrome"],
  ["Chromium", "Chromium"],
] as const;

export function toBrowserName(from: unknown): string {
  const read = navigatorSchema.safeParse(from);
  if (!read.success) return "Chromium";
  if (read.data.brave !== undefined) return "Brave";
  // It lists no brands.
  if (read.data.userAgent?.includes(" Firefox/")) return "Firefox";
  const brands = read.data.userAgentData?.brands.map(({ brand }) => brand) ?? [];
  return brandNames.find(([brand]) => brands.includes(brand))?.[1] ?? "Chromium";
}
