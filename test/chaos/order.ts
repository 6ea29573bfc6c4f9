// What a power cut would leave: a post must not be acknowledged before all of it is where no power cut takes it. The order
// of the bridge's own system calls is read, because a machine's power can not be cut in a test.
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { waitFor } from "../harness/wait-for.ts";
import { createPlace } from "./place.ts";
import type { Chaos, Scenario } from "./scenario.ts";
import { attachStrace, canTrace } from "./strace.ts";

/** What acknowledged readings are in; the folder keeps the names of its files. */
const WRITE = /^p?write(?:64)?\(\d+<([^>]*\/(?:status\.json|history\.sqlite)[^>]*)>/;
const SYNC = /^f(?:data)?sync\(\d+<([^>]*)>/;
const RENAME = /^rename\("([^"]*)", "([^"]*\/status\.json)"/;
const ANSWER = /^writev\(.*"HTTP\/1\.1 200/;

/**
 * Of each answer in a log of `strace -f -y` what was not on the disk yet when it left: files that were written and not
 * synced, a folder in which a file got its name, or "status.json" when no new one was there at all. Pure.
 */
export function findUnsafe(log: string): string[][] {
  const answers: string[][] = [];
  const unsynced = new Set<string>();
  let isPublished = false;
  for (const call of toCalls(log)) {
    const [, written] = WRITE.exec(call) ?? [];
    const [, synced] = SYNC.exec(call) ?? [];
    const [, from, to] = RENAME.exec(call) ?? [];
    if (written) unsynced.add(written);
    if (synced) unsynced.delete(synced);
    if (from && to) {
      if (unsynced.delete(from)) unsynced.add(to);
      unsynced.add(dirname(to));
      isPublished = true;
    }
    if (ANSWER.test(call)) {
      answers.push([...unsynced, ...(isPublished ? [] : ["status.json"])]);
      isPublished = false;
    }
  }
  return answers;
}

/** Without the thread: a sync and a rename where they ended well, all else where it began. */
function toCalls(log: string): string[] {
  const begun = new Map<string, string>();
  return log.split("\n").flatMap((line) => {
    const [, thread = "", call = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const isResumed = call.startsWith("<... ");
    const whole = (isResumed ? begun.get(thread) : call) ?? "";
    const isLate = SYNC.test(whole) || RENAME.test(whole);
    if (call.endsWith("<unfinished ...>")) {
      begun.set(thread, call);
      return isLate ? [] : [call];
    }
    if (isLate) return call.endsWith(" = 0") ? [whole] : [];
    return isResumed ? [] : [call];
  });
}

const CALLS = "write,pwrite64,writev,fsync,fdatasync,rename";
const POSTS_A_ROUND = 10;
const FAULT = "what a power cut takes: a 200 before its syncs";

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  if (!(await canTrace())) return console.log("order: no strace here, so no order was read");
  const place = await createPlace();
  const log = join(tmpdir(), `claude-meter-order-${process.pid}`);
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const detach = await attachStrace(place.readPid(), log, ["-y", "-e", `trace=${CALLS}`]);
    for (let posts = 0; posts < POSTS_A_ROUND; posts += 1) {
      await waitFor(
        () => place.post(random),
        (status) => status === 200,
      );
    }
    await detach();
    const answers = findUnsafe(await readFile(log, "utf8"));
    report.count(FAULT, undefined, answers.length);
    for (const unsafe of answers.filter(({ length }) => length > 0))
      report.harm("lost", FAULT, `round ${round}: a 200 before ${unsafe.join()} was safe`);
    if (answers.length < POSTS_A_ROUND) throw new Error(`only ${answers.length} of ${POSTS_A_ROUND} answers were seen`);
  }
  await place.remove();
  await rm(log, { force: true });
}

export const order: Scenario = { name: "order", shortRounds: 2, share: 0.3, run };
