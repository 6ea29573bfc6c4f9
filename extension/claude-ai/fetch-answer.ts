// One request to claude.ai with the browser's own session: bounded in time and size, not yet understood.
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import { MAX_ANSWER_BYTES } from "../../shared/protocol.ts";

export type Answer = {
  status: number;
  contentType: string;
  /** Cloudflare's own mark of a challenge page. */
  isMitigated: boolean;
  retryAfter: string | null;
  /** The Date header as epoch milliseconds; NaN when it is missing. */
  serverMs: number;
  /** Path after redirects. */
  path: string;
  text: string;
  /** The text ends at our limit, not where the server's did. */
  isCut: boolean;
};

const ORIGIN = "https://claude.ai";
const TIMEOUT_MS = 10_000;
/** A page is read further than any answer of ours: only its words tell a challenge apart. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024;

/** Throws MeterError "offline" when no answer came in time, or `budget` was used up before. */
export async function fetchAnswer(path: string, budget: AbortSignal): Promise<Answer> {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, budget, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(`${ORIGIN}${path}`, {
      credentials: "include",
      cache: "no-store",
      headers: { accept: "application/json" },
      signal,
    });
    const contentType = response.headers.get("content-type") ?? "";
    const isMitigated = response.headers.get("cf-mitigated") === "challenge";
    const maxBytes = isMitigated ? 0 : contentType.includes("html") ? MAX_PAGE_BYTES : MAX_ANSWER_BYTES;
    return {
      status: response.status,
      contentType,
      isMitigated,
      retryAfter: response.headers.get("retry-after"),
      serverMs: Date.parse(response.headers.get("date") ?? ""),
      path: new URL(response.url).pathname,
      ...(await readText(response, maxBytes)),
    };
  } catch (error) {
    throw new MeterError("offline", { cause: error });
  } finally {
    controller.abort();
  }
}

/** What lies behind the limit is not downloaded. */
async function readText(response: Response, maxBytes: number): Promise<Pick<Answer, "text" | "isCut">> {
  // A reader, because streams can be iterated only since Chrome 124.
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let room = maxBytes;
  while (reader && room >= 0) {
    const { done, value } = await reader.read();
    if (done) break;
    room -= value.byteLength;
    text += decoder.decode(room < 0 ? value.subarray(0, room) : value, { stream: true });
  }
  return { text: text + decoder.decode(), isCut: room < 0 };
}
