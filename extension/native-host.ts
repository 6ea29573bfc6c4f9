// Asks the native messaging host, which starts the bridge and hands over this browser's key. Each question starts a
// process, so it is asked when something is missing, never as a habit.
import browser from "webextension-polyfill";
import { NATIVE_HOST_NAME, type NativeReply, type NativeRequest, nativeReplySchema } from "../shared/native-message.ts";

/** A bridge that starts for the first time needs a moment; Chrome itself sets no limit. */
const TIMEOUT_MS = 15_000;

/** absent: `claude-meter setup` has not been run for this browser, or the browser is in a sandbox. */
export type NativeAnswer = NativeReply | { kind: "absent"; key?: undefined };

export async function askNativeHost(request: NativeRequest): Promise<NativeAnswer> {
  try {
    const reply: unknown = await Promise.race([
      browser.runtime.sendNativeMessage(NATIVE_HOST_NAME, request),
      new Promise((_resolve, reject) => setTimeout(() => reject(new Error("no answer")), TIMEOUT_MS)),
    ]);
    return nativeReplySchema.safeParse(reply).data ?? { kind: "failed" };
  } catch {
    // Chrome tells a missing host, a forbidden one and one that crashed apart only in words.
    return { kind: "absent" };
  }
}
