// Plays the browser and the bridge: writes a fresh reading again and again, until it is stopped.
import type { StoredRow } from "../../shared/row.ts";
import { writeRows } from "./home.ts";
import { createCalmRow } from "./recent-row.ts";

const STEP_MS = 200;

export function playBrowser(home: string, createRow: () => StoredRow = createCalmRow): () => Promise<void> {
  let isStopped = false;
  const write = () => writeRows(home, [createRow()]);
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
