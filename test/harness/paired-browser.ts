// A browser of a test that reports to a real bridge: what it has read, of any time, in signed posts.
import type { PollReport } from "../../shared/protocol.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { toIso } from "../../shared/time.ts";
import { createPost } from "../shared/wire-examples.ts";
import type { Daemon } from "./daemon.ts";
import { ask, type Credentials, pairInstall, toJsonBytes } from "./signed-client.ts";

export type PairedBrowser = {
  /** Resolves when the bridge has acknowledged all of it. */
  report: (snapshots: readonly Snapshot[], poll?: Partial<PollReport>) => Promise<void>;
  credentials: Credentials;
};

const BATCH = 50;

export async function pairBrowser({ home, port }: Pick<Daemon, "home" | "port">): Promise<PairedBrowser> {
  const credentials = await pairInstall(home);
  let sequence = 0;
  const post = async (snapshots: readonly Snapshot[], poll: Partial<PollReport>) => {
    const body = createPost({
      install: credentials.install,
      poll: { state: "ok", at: toIso(Date.now()), retry_at: null, ...poll },
      snapshots: snapshots.map((snapshot) => ({ sequence: ++sequence, snapshot })),
    });
    const answer = await ask(credentials, port, { method: "POST", path: "/snapshots", body: toJsonBytes(body) });
    if (answer.status !== 200) throw new Error(`the bridge answered ${answer.status}`);
  };
  return {
    credentials,
    report: async (snapshots, poll = {}) => {
      if (snapshots.length === 0) await post([], poll);
      for (let index = 0; index < snapshots.length; index += BATCH) {
        await post(snapshots.slice(index, index + BATCH), poll);
      }
    },
  };
}
