// Plays the browser and the bridge: writes a fresh reading again and again, until it is stopped.
import { type Levels, toCalm, writeStatus } from "./write-status.ts";

const STEP_MS = 200;

export function playBrowser(home: string, toLevels: (nowMs: number) => Levels = toCalm): () => Promise<void> {
  let isStopped = false;
  const write = async () => {
    const nowMs = Date.now();
    await writeStatus(home, toLevels(nowMs), nowMs);
  };
  const turn = async (): Promise<void> => {
    while (!isStopped) {
      await write();
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  };
  const played = turn();
  return async () => {
    isStopped = true;
    await played;
  };
}
