// The kinds of text our own wire allows; each is bounded and has one spelling.
import * as z from "zod/mini";

/** UTC with milliseconds, and a moment that exists. */
export const isoSchema = z.string().check(z.refine((text) => isOwnForm(text)));

function isOwnForm(text: string): boolean {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).toISOString() === text;
}

export const uuidSchema = z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
export const slugSchema = z.string().check(z.regex(/^[a-z0-9_-]{1,40}$/));
/** Already made harmless by toDisplayText. */
export const textSchema = z.string().check(z.minLength(1), z.maxLength(256));
/** `<part>: <code>`, the code from the closed list in problem.ts. */
export const problemTextSchema = z.string().check(z.regex(/^[a-z0-9_:-]{1,80}: [a-z-]{1,40}$/));
