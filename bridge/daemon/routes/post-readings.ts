// POST /readings, on the socket only: what another source than the extension read, from programs of the same user. And
// POST /witness, which is how 0.1.0 says the same of its status line.
import { parseJson } from "../../../shared/json.ts";
import { type Reading, type ReadingsReply, readingSchema, readingsPostSchema } from "../../../shared/reading.ts";
import { type WitnessReply, witnessPostSchema } from "../../../shared/witness.ts";
import { Refusal } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";
import type { Handler } from "../server.ts";

export function createPostReadings(rowKeeper: Pick<RowKeeper, "ingestReadings">): Handler {
  return async (request) => {
    const { readings: entries } = parse(request.body, (body) => readingsPostSchema.parse(body));
    const readings = entries.flatMap((entry) => readingSchema.safeParse(entry).data ?? []);
    const kept = await rowKeeper.ingestReadings(readings);
    const body: ReadingsReply = { kept, refused: entries.length - readings.length };
    return { status: 200, body };
  };
}

/** Of a row that is there already, as ever: 0.1.0 does not ask how certain the login is. */
export function createPostWitness(rowKeeper: Pick<RowKeeper, "ingestReadings" | "readStatus">): Handler {
  return async (request) => {
    const post = parse(request.body, (body) => witnessPostSchema.parse(body));
    const { rows } = rowKeeper.readStatus();
    const isKnown = rows.some((row) => row.org_uuid === post.org_uuid && row.account_uuid === post.account_uuid);
    const windows = Object.entries(post.windows).flatMap(([id, window]) => (window ? [[id, window] as const] : []));
    const reading: Reading = {
      ...post,
      source: "statusline",
      account_email: null,
      windows: Object.fromEntries(windows),
    };
    const body: WitnessReply = { kept: isKnown && (await rowKeeper.ingestReadings([reading])) > 0 };
    return { status: 200, body };
  };
}

function parse<T>(text: string, read: (body: unknown) => T): T {
  try {
    return read(parseJson(text));
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
