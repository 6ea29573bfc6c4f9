// How long `claude-meter refresh` takes in a real Chromium, from the command to the reading in status.json: a look each ten
// seconds, as often as they are allowed. 200 of them take half an hour.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LOOK_EVERY_MS } from "../../bridge/daemon/look-requests.ts";
import { refreshedSchema } from "../../shared/refresh.ts";
import { statusSchema } from "../../shared/row.ts";
import { askSocket } from "../harness/daemon.ts";
import { runCli } from "../harness/program.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld } from "../harness/world.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 200);

export async function benchRefresh(): Promise<void> {
  const world = await createWorld();
  const { home } = world.bridge;
  const readFetchedAt = async () => {
    return statusSchema.parse(JSON.parse(await readFile(join(home, "status.json"), "utf8"))).rows[0]?.fetched_at ?? "";
  };
  try {
    const browser = await world.openBrowser();
    await browser.login("alice");
    await browser.refresh();
    await waitFor(
      async () => refreshedSchema.parse(await askSocket(home, "POST", "/refresh", {})).rows[0]?.outcome,
      (outcome) => outcome === "read",
    );
    const tookMs: number[] = [];
    let failed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(LOOK_EVERY_MS + 200);
      const before = await readFetchedAt();
      const startMs = performance.now();
      const { code } = await runCli(home, ["refresh", "--json"]);
      const ms = performance.now() - startMs;
      if (code === 0 && (await readFetchedAt()) > before) tookMs.push(ms);
      else failed += 1;
      const sorted = tookMs.toSorted((a, b) => a - b);
      const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN);
      console.log(
        `${round + 1}: ${Math.round(ms)} ms; p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms, failed ${failed}`,
      );
    }
  } finally {
    await world.close();
  }
}
