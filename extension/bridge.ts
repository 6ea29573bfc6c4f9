// Speaks HTTP to the bridge on this computer: hello, then snapshots. Each answer is checked before it is believed.
import * as z from "zod/mini";
import { parseJson } from "../shared/json.ts";
import {
  type Acknowledgement,
  acknowledgementSchema,
  BRIDGE_PORT,
  type Hello,
  helloSchema,
  type Post,
} from "../shared/protocol.ts";

const ORIGIN = `http://127.0.0.1:${BRIDGE_PORT}`;
const TIMEOUT_MS = 8_000;
const MAX_ANSWER_CHARACTERS = 64 * 1024;

/** "silent": nobody answers. "foreign": somebody does who is not our bridge. */
export type Answered<T> = { kind: "answered"; value: T } | { kind: "silent" } | { kind: "foreign" };

export type Bridge = {
  fetchHello: () => Promise<Answered<Hello>>;
  post: (post: Post) => Promise<Answered<Acknowledgement>>;
};

export function createBridge(): Bridge {
  return {
    fetchHello: () => ask("/hello", helloSchema),
    post: (post) =>
      ask("/snapshots", acknowledgementSchema, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(post),
      }),
  };
}

async function ask<T extends z.core.$ZodType>(
  path: string,
  schema: T,
  init: RequestInit = {},
): Promise<Answered<z.core.output<T>>> {
  let text: string;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${ORIGIN}${path}`, { ...init, credentials: "omit", redirect: "error", signal });
    if (response.status >= 500) return { kind: "silent" };
    text = (await response.text()).slice(0, MAX_ANSWER_CHARACTERS);
  } catch {
    // Refused, reset, timed out, or another program that is not HTTP: all of them mean that no bridge answered.
    return { kind: "silent" };
  }
  try {
    const read = z.safeParse(schema, parseJson(text));
    return read.success ? { kind: "answered", value: read.data } : { kind: "foreign" };
  } catch {
    return { kind: "foreign" };
  }
}
