// Does what the popup asks, and says how it went.
import type { Message, Reply } from "./messages.ts";
import { pairMeter, runMeter } from "./meter.ts";

export async function answerMessage(message: Message): Promise<Reply> {
  if (message.ask === "pair") return await pairMeter(message.code ?? "");
  await runMeter(message.ask);
  return "done";
}
