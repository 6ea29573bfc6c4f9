// A prompt that reaches a session says that it goes on: then nobody else has to. Called only where a record exists.
import { changeHandover, readHandover } from "../../state/handover-files.ts";

export async function notePrompt(sessionId: string): Promise<void> {
  try {
    const handover = await readHandover(sessionId);
    if (handover?.state === "pending") await changeHandover(handover, { state: "continued" }, Date.now());
  } catch {
    // `handovers` sees in the transcript as well that it went on.
  }
}
