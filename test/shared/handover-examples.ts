// A session that the 5-hour limit stopped, to be changed by each test.
import type { Handover } from "../../bridge/state/handover-record.ts";

export const SESSION = "02cbd83e-db55-47b4-a587-32f8f4a4b713";

export function createHandover(change: Partial<Handover> = {}): Handover {
  return {
    schema: 1,
    session_id: SESSION,
    folder: "/home/me/app",
    config_dir: null,
    transcript_path: "/none.jsonl",
    limit: { class: "plan", window: "five_hour", resets_at: "2026-11-27T17:35:10.000Z" },
    week_resets_at: "2026-11-30T04:00:00.000Z",
    cut_at: "2026-11-27T15:35:18.370Z",
    todos_pending: 3,
    state: "pending",
    state_at: "2026-11-27T15:35:18.500Z",
    told_at: null,
    ...change,
  };
}
