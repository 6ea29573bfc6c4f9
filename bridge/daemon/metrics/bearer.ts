// Whether a request carries the token for /metrics. Read from its file each time, so that a new one counts at once.
import { createHash, timingSafeEqual } from "node:crypto";
import { readMetricsToken } from "../../state/metrics-token.ts";
import { type RequestHead, readHeader } from "../decide-refusal.ts";

export async function hasMetricsToken(head: RequestHead, folder: string): Promise<boolean> {
  const [header, second] = readHeader(head, "authorization");
  if (header === undefined || second !== undefined || !header.startsWith("Bearer ")) return false;
  // A file that is not ours alone opens nothing; `claude-meter metrics --token-file` says what is wrong with it.
  const token = await readMetricsToken(folder).catch(() => undefined);
  return token !== undefined && isSame(header, `Bearer ${token}`);
}

/** In the same time whatever differs; the digests are of one length. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(toDigest(given), toDigest(wanted));
}

function toDigest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
