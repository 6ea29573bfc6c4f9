// POST /snapshots, conductor of the way in: parse, name the browser, merge, make durable, and only then acknowledge.
import * as z from "zod/mini";
import { MAX_WRAPPED_DEPTH, parseJson } from "../../../shared/json.ts";
import {
  type Acknowledgement,
  OLDEST_PROTOCOL,
  type Post,
  PROTOCOL,
  postSchema,
  type Sequenced,
  sequencedSchema,
} from "../../../shared/protocol.ts";
import type { RowId } from "../../../shared/row-id.ts";
import type { ClockWatch } from "../clock-watch.ts";
import type { Leaders } from "../leaders.ts";
import { Refusal } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";
import type { Handler, Request } from "../server.ts";
import { toLeads } from "../to-leads.ts";

const protocolSchema = z.pick(postSchema, { protocol: true });

export type PostSnapshotsOptions = {
  rowKeeper: RowKeeper;
  clock: ClockWatch;
  leaders: Leaders;
  /** The browser behind the connection, as the system knows it; else the name the extension gave. */
  nameBrowser: (post: Post, request: Request) => Promise<string>;
};

export function createPostSnapshots({ rowKeeper, clock, leaders, nameBrowser }: PostSnapshotsOptions): Handler {
  return async (request) => {
    const post = parsePost(request.body);
    // A paired browser speaks for itself only.
    if (post.install !== request.install) throw new Refusal("bad-body");
    const sequenced: Sequenced[] = [];
    const refused: number[] = [];
    for (const entry of post.snapshots) {
      const read = sequencedSchema.safeParse(entry);
      if (read.success) sequenced.push(read.data);
      else refused.push(entry.sequence);
    }
    clock.note(sequenced);
    const name = await nameBrowser(post, request);
    // With its label a name stays one entry of the list of browsers: neither can hold a comma.
    await rowKeeper.ingest(
      { ...post, browser: post.label === undefined ? name : `${name} (${post.label})` },
      sequenced,
    );
    const { install, poll } = post;
    leaders.note({ install, poll, reads: toReads(post, sequenced), tells: post.tells === true });
    const leads = toLeads(leaders.readLeads(install), install, rowKeeper.readStatus());
    const body: Acknowledgement = { acknowledged: sequenced.map(({ sequence }) => sequence), refused, leads };
    return { status: 200, body };
  };
}

/** An older extension does not say what it can read, but what it has read. */
function toReads({ reads }: Post, sequenced: readonly Sequenced[]): readonly RowId[] {
  const read = sequenced.map(({ snapshot }) => snapshot).filter(({ usage }) => usage !== null);
  return reads ?? read.map(({ org_uuid, account_uuid }) => ({ org_uuid, account_uuid }));
}

function parsePost(text: string): Post {
  let body: unknown;
  try {
    body = parseJson(text, MAX_WRAPPED_DEPTH);
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
  // First of all: a post of another protocol may have any form.
  const spoken = protocolSchema.safeParse(body).data?.protocol ?? PROTOCOL;
  if (spoken < OLDEST_PROTOCOL || spoken > PROTOCOL) throw new Refusal("unknown-protocol");
  const read = postSchema.safeParse(body);
  if (!read.success) throw new Refusal("bad-body", { cause: read.error });
  return read.data;
}
