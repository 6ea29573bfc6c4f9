// The native messaging host: started by the browser for one question, it sees to it that the bridge runs, hands the
// extension its key and ends. The browser lets nobody but our extension id start it.
import { type NativeReply, nativeRequestSchema } from "../../shared/native-message.ts";
import { answerRequest } from "./answer-request.ts";
import { readMessage, writeMessage } from "./messages.ts";

async function main(): Promise<void> {
  const request = nativeRequestSchema.safeParse(await readMessage());
  const reply: NativeReply = request.success ? await answerRequest(request.data) : { kind: "failed" };
  await writeMessage(reply);
}

main().catch(async () => {
  // stderr of a native host goes to the browser's log, so nothing that could name anybody is written there.
  await writeMessage({ kind: "failed" });
});
