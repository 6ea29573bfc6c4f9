// Conductor of the way to the bridge: a proven hello, then the queue in batches. What is not acknowledged stays; what is,
// goes, whether it was sent once or twice. What is refused stays, too, unless no version could ever read it.
import {
  acknowledgementSchema,
  type Hello,
  helloSchema,
  type Lead,
  type PollReport,
  type Post,
  PROTOCOL,
} from "../shared/protocol.ts";
import { fromHex } from "../shared/signing.ts";
import { toIso } from "../shared/time.ts";
import { compareVersions } from "../shared/version-order.ts";
import { isTooLarge, toBatches } from "./batches.ts";
import { type Answered, askBridge, type Credentials } from "./bridge.ts";
import type { Database } from "./database.ts";
import type { Trigger } from "./decide-poll.ts";
import { isUnreadable, sortWaiting, toSample, type Versions } from "./held.ts";
import { readKey, writeKey } from "./identity.ts";
import { isPaused, type Link, type LinkState } from "./link.ts";
import { askNativeHost, type NativeAnswer } from "./native-host.ts";
import { countWaiting, readWaiting, removeWaiting, type Waiting } from "./queue.ts";
import { sendBatches } from "./send-batches.ts";

/** Everything of a post but its snapshots. */
export type Envelope = Omit<Post, "snapshots">;

export type Delivered = {
  link: Link;
  /** Who reads the rows of this browser; undefined when the bridge did not say. */
  leads: Lead[] | undefined;
  /** With whom a line to this bridge can be opened now. */
  caller: Credentials | undefined;
};

/** Resolves to how things stand afterwards; never throws for what the bridge does. */
export async function deliver(
  database: Database,
  envelope: Envelope,
  { before, trigger }: { before: Link; trigger: Trigger },
): Promise<Delivered> {
  const delivered: Delivered = { link: before, leads: undefined, caller: undefined };
  if (isPaused(before, Date.now())) return { ...delivered, link: { ...before, waiting: await countWaiting(database) } };
  const { busy_until, ...kept } = before;
  const link: Link = kept;
  const { install, browser, poll } = envelope;
  let key = await readKey(database);
  let greeting: Greeting = await greet(key && { install, key });
  // Busy is nothing that the native host could fix.
  if (greeting.state !== "connected" && greeting.state !== "busy" && decideNative(before, trigger, poll, Date.now())) {
    const reply = await askNativeHost({ install, browser, poll });
    link.native_at = toIso(Date.now());
    link.native_poll = poll.state;
    if (reply.key !== undefined) {
      key = await writeKey(database, fromHex(reply.key));
      // A squatter may be silent or hang up, and looks like no bridge then; it is not waited for a second time.
      greeting = reply.ingest === "blocked" ? { state: "foreign" } : await greet({ install, key });
    } else greeting = { state: toStateWithoutKey(greeting.state, reply) };
  }
  if (greeting.state !== "connected") Object.assign(link, greeting);
  else if (key) {
    link.state = "connected";
    const credentials = { install, key };
    delivered.leads = await sendAll(database, { credentials, version: greeting.version }, envelope, link);
    if (greeting.hasLine) delivered.caller = credentials;
  }
  link.waiting = await countWaiting(database);
  return { ...delivered, link };
}

const NATIVE_PAUSE_MS = 10 * 60_000;

/**
 * At once when a person is there, when the bridge was there a minute ago, and when it has not heard of lost site access;
 * else not more than each ten minutes.
 */
export function decideNative(before: Link, trigger: Trigger, poll: PollReport, nowMs: number): boolean {
  const isPersonThere = trigger !== "alarm" && trigger !== "sign-in";
  if (isPersonThere || before.native_at === null || before.state === "connected") return true;
  if (poll.state === "no-access" && before.native_poll !== "no-access") return true;
  return Math.abs(nowMs - Date.parse(before.native_at)) >= NATIVE_PAUSE_MS;
}

function toStateWithoutKey(state: NotConnected, reply: NativeAnswer): NotConnected {
  if (reply.kind === "revoked") return "not-paired";
  return reply.kind === "stopped" ? "unreachable" : state;
}

type NotConnected = Exclude<LinkState, "connected">;
type Hindrance = { state: NotConnected; busy_until?: string };
/** How the bridge greeted, and its version when it is one to talk to. */
type Greeting = { state: "connected"; version: string; hasLine: boolean } | Hindrance;

async function greet(credentials: Credentials | undefined): Promise<Greeting> {
  if (!credentials) return { state: "not-paired" };
  const hello = await askBridge(credentials, { method: "GET", path: "/hello", schema: helloSchema });
  if (hello.kind !== "answered") return toHindrance(hello);
  return decideProtocol(hello.value);
}

function decideProtocol({ protocol, version, line = false }: Hello): Greeting {
  if (protocol.max < PROTOCOL) return { state: "outdated-bridge" };
  if (protocol.min > PROTOCOL) return { state: "outdated-extension" };
  return { state: "connected", version, hasLine: line };
}

function toHindrance(answer: Exclude<Answered<unknown>, { kind: "answered" }>): Hindrance {
  switch (answer.kind) {
    case "silent":
      return { state: "unreachable" };
    case "unproven":
      return { state: "foreign" };
    case "refused":
      if (answer.status === 429) return { state: "busy", busy_until: toIso(Date.now() + answer.waitMs) };
      return { state: answer.status === 507 ? "disk-full" : "refused" };
  }
}

/** The bridge that was proven. */
type Peer = { credentials: Credentials; version: string };

/** What this bridge refuses is held and holds up nothing: all else goes, and the refused is not sent to it again. */
async function sendAll(database: Database, { credentials, version }: Peer, envelope: Envelope, link: Link) {
  let leads: Lead[] | undefined;
  const versions = { bridge: version, extension: envelope.extension_version };
  const { toSend, held, expired } = sortWaiting(await readWaiting(database), link.held, versions, Date.now());
  const drop = async (entries: readonly Waiting[], why: string) => {
    await removeWaiting(database, toSequences(entries));
    link.refused += entries.length;
    const last = entries.at(-1);
    if (last) link.sample = { at: toIso(Date.now()), text: toSample(last, why) };
  };
  await drop(toSend.filter(isTooLarge), "too large");
  await removeWaiting(database, toSequences(expired));
  const hindrance = await sendBatches(toBatches(toSend.filter((entry) => !isTooLarge(entry))), {
    post: (snapshots) =>
      askBridge(credentials, {
        method: "POST",
        path: "/snapshots",
        body: { ...envelope, ...toReport(link), snapshots },
        schema: acknowledgementSchema,
        maxBytes: MAX_ACKNOWLEDGEMENT_BYTES,
      }),
    onAnswered: async (snapshots, { acknowledged, refused, ...answer }) => {
      leads = answer.leads;
      await removeWaiting(database, acknowledged);
      const own = snapshots.filter(({ sequence }) => refused.includes(sequence));
      await drop(own.filter(isUnreadable), "unreadable");
      held.push(...own.filter((entry) => !isUnreadable(entry)));
    },
    onRefused: async (entry, status) => {
      // A defect may be gone in another version of the bridge; what it cannot read stays unreadable.
      if (status === 500) held.push(entry);
      else await drop([entry], `refused with ${status}`);
    },
  });
  if (hindrance) Object.assign(link, toHindrance(hindrance));
  link.dropped += expired.length;
  delete link.held;
  if (held.length === 0) return leads;
  link.held = { ...versions, sequences: toSequences(held) };
  if (link.state === "connected") link.state = toHeldState(versions);
  return leads;
}

/** It carries what other browsers read. */
const MAX_ACKNOWLEDGEMENT_BYTES = 256 * 1024;

const REPORTED_MS = 86_400_000;

/** For `claude-meter doctor`, a day long: how many were dropped since install, and what the last of them was. */
function toReport({ refused: count, sample }: Link): Pick<Post, "dropped"> {
  const isReported = sample !== undefined && Math.abs(Date.now() - Date.parse(sample.at)) < REPORTED_MS;
  return isReported ? { dropped: { count, sample: sample.text } } : {};
}

function toSequences(entries: readonly Waiting[]): number[] {
  return entries.map(({ sequence }) => sequence);
}

/** Which side to update; of equal versions nobody knows. */
function toHeldState({ bridge, extension }: Versions): LinkState {
  const order = compareVersions(bridge, extension);
  return order === 0 ? "connected" : order < 0 ? "outdated-bridge" : "outdated-extension";
}
