// A case for an unattended browser and what was seen of it, as they pass between the processes; and the way to play several
// side by side: each in a network of its own, because the port of the bridge is fixed.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { runProgram } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";

const partSchema = z.enum(["account", "organisations", "usage", "overage", "subscription"]);
export type Part = z.infer<typeof partSchema>;

export const caseSchema = z.object({
  organisations: z.int(),
  /** Of every answer. */
  delaySeconds: z.number(),
  part: z.optional(partSchema),
  failure: z.optional(z.enum(["hang", "rate-limited", "challenge", "server-error"])),
  /** The very first usage answer is one. */
  odd: z.optional(z.enum(["deep", "large"])),
  /** Else at once. */
  signsInAfter: z.optional(z.number()),
  /** How long it is watched. */
  seconds: z.number(),
});
export type Case = z.infer<typeof caseSchema>;

export const seenSchema = z.object({
  /** Since the browser was started: the first row in status.json, and one of each organisation. */
  firstSeconds: z.nullable(z.number()),
  allSeconds: z.nullable(z.number()),
  signedInSeconds: z.number(),
  /** By the last digit of the organisation: how many readings of it were there, one after the other. */
  readings: z.record(z.string(), z.number()),
  requests: z.array(z.record(partSchema, z.number())),
  /** Readings that the browser gave up. */
  refused: z.number(),
});
export type Seen = z.infer<typeof seenSchema>;

export function toTotal({ requests }: Seen): Record<Part, number> {
  const sum = (part: Part) => requests.reduce((total, minute) => total + minute[part], 0);
  return {
    account: sum("account"),
    organisations: sum("organisations"),
    usage: sum("usage"),
    overage: sum("overage"),
    subscription: sum("subscription"),
  };
}

const PLAY = fileURLToPath(new URL("play.ts", import.meta.url));

const own = ["--net", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]), "sh", "-c"];
const LOOPBACK = "ip link set lo up";

/** Whether this system gives a network of their own to our processes; said when it does not. */
export function canPlayApart(): boolean {
  if (process.platform !== "linux" || !requireTool("unshare")) return false;
  const can = spawnSync("unshare", [...own, LOOPBACK], { stdio: "ignore" }).status === 0;
  if (!can) console.log("not run: `unshare --net` with `ip link` (iproute2) is not possible here");
  return can;
}

/** In a process of its own, and a network of its own. */
export async function playApart(wanted: Case): Promise<Seen> {
  const script = `${LOOPBACK} && exec "$0" --import tsx "$1" "$2"`;
  const ended = await runProgram("unshare", [...own, script, process.execPath, PLAY, JSON.stringify(wanted)]);
  if (ended.code !== 0) throw new Error(`the case ended with ${ended.code}: ${ended.stderr}`);
  return seenSchema.parse(JSON.parse(ended.stdout));
}

/** Each is mostly waiting, so a processor takes several. */
export async function playAll(
  cases: readonly Case[],
  onSeen: (wanted: Case, seen: Seen | Error) => void,
  side = 3 * availableParallelism(),
): Promise<void> {
  const left = [...cases];
  const takeTurns = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const wanted = next;
      onSeen(wanted, await playApart(wanted).catch((error: unknown) => new Error(String(error))));
    }
  };
  await Promise.all(Array.from({ length: side }, takeTurns));
}
