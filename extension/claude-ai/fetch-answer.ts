// One request to claude.ai with the browser's own session: bounded in time and size, not yet understood.
import { MeterError } from "../../shared/claude-ai/meter-error.ts";

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
};

const ORIGIN = "https://claude.ai";
const TIMEOUT_MS = 10_000;
/** A usage body is about 4 kB, an account with all its settings about 60 kB. */
const MAX_BYTES = 128 * 1024;

/** Throws MeterError "offline" when no answer came in time, "changed" when it is too large to be ours. */
export async function fetchAnswer(path: string): Promise<Answer> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(`${ORIGIN}${path}`, {
      credentials: "include",
      cache: "no-store",
      headers: { accept: "application/json" },
      signal: controller.signal,
    });
    const text = await readText(response);
    if (text === undefined) throw new MeterError("changed");
    return {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      isMitigated: response.headers.get("cf-mitigated") === "challenge",
      retryAfter: response.headers.get("retry-after"),
      serverMs: Date.parse(response.headers.get("date") ?? ""),
      path: new URL(response.url).pathname,
      text,
    };
  } catch (error) {
    if (error instanceof MeterError) throw error;
    throw new MeterError("offline", { cause: error });
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** Undefined when the body is larger than any real one; the rest of it is not downloaded. */
async function readText(response: Response): Promise<string | undefined> {
  if (!response.body) return "";
  // A reader, because streams can be iterated only since Chrome 124.
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) return undefined;
    text += decoder.decode(value, { stream: true });
  }
}
