// Empties the queue into the bridge. What is not acknowledged stays; what is, goes, whether it was sent once or twice.
import { type Post, PROTOCOL } from "../shared/protocol.ts";
import { toBatches } from "./batches.ts";
import type { Bridge } from "./bridge.ts";
import type { Link } from "./link.ts";
import type { Queue } from "./queue.ts";

/** Everything of a post but its snapshots. */
export type Envelope = Omit<Post, "snapshots">;

/** Resolves to the link as it stands afterwards; never throws for what the bridge does. */
export async function deliver(queue: Queue, bridge: Bridge, envelope: Envelope, before: Link): Promise<Link> {
  const link: Link = { ...before };
  const hello = await bridge.fetchHello();
  if (hello.kind !== "answered") link.state = hello.kind === "silent" ? "unreachable" : "foreign";
  else {
    link.bridge_version = hello.value.version;
    if (hello.value.protocol.max < PROTOCOL) link.state = "outdated-bridge";
    else if (hello.value.protocol.min > PROTOCOL) link.state = "outdated-extension";
    else await sendAll(queue, bridge, envelope, link);
  }
  link.waiting = await queue.count();
  return link;
}

async function sendAll(queue: Queue, bridge: Bridge, envelope: Envelope, link: Link): Promise<void> {
  link.state = "connected";
  const batches = toBatches(await queue.readAll());
  // Also an empty post says something: how the last poll went.
  for (const batch of batches.length > 0 ? batches : [[]]) {
    const answer = await bridge.post({ ...envelope, snapshots: batch });
    if (answer.kind !== "answered") {
      link.state = answer.kind === "silent" ? "unreachable" : "foreign";
      return;
    }
    const { acknowledged, refused } = answer.value;
    await queue.remove([...acknowledged, ...refused]);
    link.refused += refused.length;
  }
}
