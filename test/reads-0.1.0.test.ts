// What 0.1.0 said and kept is read whole by this version's own readers: nothing is refused, and no field is forgotten.
// The programs read it in test/process/reads-0.1.0.test.ts, a browser in test/e2e/installed-0.1.0.test.ts.
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { pairedListSchema, pairOpenedSchema, pairRevokedSchema, pairStateSchema } from "../bridge/cli/pair/pair.ts";
import { keyFileSchema } from "../bridge/daemon/key-ring.ts";
import { issueSchema, revokeSchema } from "../bridge/daemon/routes/pair.ts";
import { issuedSchema } from "../bridge/native-host/answer-request.ts";
import { bridgeStatusSchema } from "../bridge/state/bridge-process.ts";
import { parseStatus, readStatus } from "../bridge/state/read-status.ts";
import { runStatusSchema } from "../bridge/state/run-status.ts";
import { meterStateSchema } from "../extension/meter-state.ts";
import { noticeMemorySchema } from "../extension/notices/notice-memory.ts";
import { settingsSchema } from "../extension/settings.ts";
import { historySchema } from "../shared/history.ts";
import { nativeReplySchema, nativeRequestSchema } from "../shared/native-message.ts";
import { pairChallengeSchema, pairConfirmSchema, pairSealedSchema, pairStartSchema } from "../shared/pairing.ts";
import { acknowledgementSchema, helloSchema, postSchema, sequencedSchema } from "../shared/protocol.ts";
import { statusSchema } from "../shared/row.ts";
import { snapshotSchema } from "../shared/snapshot.ts";
import { witnessPostSchema, witnessReplySchema } from "../shared/witness.ts";
import { readFrozen, readFrozenJson, toFrozenPath } from "./harness/frozen.ts";

type Schema = z.core.$ZodType & { parse: (value: unknown) => unknown };

/** All of it is there, and unchanged: a field that the schema passes over would be missing. This version may add its own. */
function expectWhole(schema: Schema, value: unknown): void {
  expect(schema.parse(value)).toMatchObject(Object(value));
}

describe("read whole by its schema", () => {
  test.each<[string, Schema]>([
    ["state/status.json", statusSchema],
    ["state/keys.json", keyFileSchema],
    ["wire/hello.json", helloSchema],
    ["wire/acknowledgement.json", acknowledgementSchema],
    ["wire/rows.json", statusSchema],
    ["wire/history.json", historySchema],
    ["wire/live-message.json", statusSchema],
    ["wire/post.json", postSchema],
    ["wire/post-unknown-account.json", postSchema],
    ["wire/post-after-an-outage.json", postSchema],
    ["wire/poll-without-snapshots.json", postSchema],
    ["wire/witness.json", witnessPostSchema],
    ["wire/witness-reply.json", witnessReplySchema],
    ["browser/meter-state.json", meterStateSchema],
    ["browser/meter-state-unreachable.json", meterStateSchema],
    ["browser/meter-state-busy.json", meterStateSchema],
    ["browser/meter-state-rate-limited.json", meterStateSchema],
    ["browser/meter-state-signed-out.json", meterStateSchema],
    ["browser/settings.json", settingsSchema],
    ["browser/notices.json", noticeMemorySchema],
  ])("%s", async (path, schema) => {
    expectWhole(schema, await readFrozenJson(path));
  });

  test.each(readdirSync(toFrozenPath("state/runs")))("state/runs/%s", async (name) => {
    expectWhole(runStatusSchema, await readFrozenJson(`state/runs/${name}`));
  });

  test.each(["post.json", "post-unknown-account.json", "post-after-an-outage.json"])(
    "each snapshot of wire/%s",
    async (name) => {
      const { snapshots } = postSchema.parse(await readFrozenJson(`wire/${name}`));
      expect(snapshots.length).toBeGreaterThan(0);
      for (const entry of snapshots) expectWhole(sequencedSchema, entry);
    },
  );

  test("each snapshot that waits in browser/queue.json", async () => {
    const queueSchema = z.looseObject({ waiting: z.array(z.looseObject({ snapshot: z.unknown() })) });
    const { waiting } = queueSchema.parse(await readFrozenJson("browser/queue.json"));
    expect(waiting).toHaveLength(5);
    for (const { snapshot } of waiting) expectWhole(snapshotSchema, snapshot);
  });

  test("each request and each reply of wire/native-messages.json", async () => {
    const messages = z.array(z.object({ request: z.unknown(), reply: z.unknown() }));
    const all = messages.parse(await readFrozenJson("wire/native-messages.json"));
    for (const { request, reply } of all) {
      expectWhole(nativeRequestSchema, request);
      expectWhole(nativeReplySchema, reply);
    }
    const kinds = all.map(({ reply }) => nativeReplySchema.parse(reply)).map(({ kind, ingest }) => ingest ?? kind);
    expect(new Set(kinds)).toEqual(new Set(["listening", "blocked", "stopped", "revoked"]));
  });

  test("each step of wire/pairing.json", async () => {
    const steps = z.record(z.string(), z.unknown()).parse(await readFrozenJson("wire/pairing.json"));
    expectWhole(pairStartSchema, steps["start"]);
    expectWhole(pairChallengeSchema, steps["challenge"]);
    expectWhole(pairConfirmSchema, steps["confirm"]);
    expectWhole(pairSealedSchema, steps["sealed"]);
  });
});

test("each question and each answer of wire/socket.json", async () => {
  const asked = z.array(
    z.object({ method: z.string(), path: z.string(), body: z.optional(z.unknown()), answer: z.unknown() }),
  );
  const readers: Record<string, { question?: Schema; answer: Schema }> = {
    "GET /status": { answer: bridgeStatusSchema },
    "GET /keys": { answer: pairedListSchema },
    "POST /keys": { question: issueSchema, answer: issuedSchema },
    "POST /keys/revoke": { question: revokeSchema, answer: pairRevokedSchema },
    "POST /pair": { answer: pairOpenedSchema },
    "GET /pair": { answer: pairStateSchema },
  };
  const seen = new Set<string>();
  for (const { method, path, body, answer } of asked.parse(await readFrozenJson("wire/socket.json"))) {
    const name = `${method} ${path}`;
    if (body !== undefined && readers[name]?.question) expectWhole(readers[name].question, body);
    readers[name]?.answer.parse(answer);
    seen.add(name);
  }
  expect([...seen].toSorted()).toEqual(Object.keys(readers).toSorted());
});

describe("the reader of the command line, which has no schema", () => {
  test("reads every row of state/status.json", async () => {
    const reading = readStatus(toFrozenPath("state/status.json"));
    expect(reading).toMatchObject({ kind: "read", status: await readFrozenJson("state/status.json") });
  });

  test.each(["wire/rows.json", "wire/live-message.json"])("reads %s", async (path) => {
    expect(parseStatus(await readFrozen(path))).toMatchObject(Object(await readFrozenJson(path)));
  });
});

test("the frozen status.json has every kind of row", async () => {
  const { rows, installs } = statusSchema.parse(await readFrozenJson("state/status.json"));
  const windows = rows.flatMap((row) => row.windows);
  expect(new Set(rows.map(({ plan }) => plan))).toEqual(
    new Set(["Free", "Pro", "Max 5x", "Max 20x", "Team", "Enterprise"]),
  );
  expect(new Set(windows.map(({ state }) => state))).toEqual(new Set(["open", "idle", "rolled", "unknown"]));
  expect(new Set(windows.map(({ scope }) => scope))).toEqual(new Set(["account", "model", "surface", "pool"]));
  expect(new Set(installs.map(({ state }) => state))).toEqual(
    new Set(["ok", "signed-out", "rate-limited", "no-access"]),
  );
  const kinds = {
    "account nobody knows": rows.some(({ account_uuid }) => account_uuid === null),
    "several browsers": rows.some(({ browser }) => browser === "Chrome, Chromium (work)"),
    "no windows": rows.some((row) => row.windows.length === 0),
    "a witness": rows.some(({ witness }) => witness !== undefined),
    "an overage": rows.some(({ overage }) => overage !== null),
    "no money": rows.some(({ money }) => money === null),
    "a subscription": rows.some(({ subscription }) => subscription !== null),
    "out of credits": rows.some(({ money }) => money?.out_of_credits === true),
    "a failed read": rows.some(({ errors }) => errors.includes("usage: server-error")),
    "a forecast": windows.some(({ forecast }) => forecast),
    "no forecast": windows.some(({ forecast }) => forecast === null),
    dollars: windows.some(({ dollars }) => dollars !== null),
    "above 100 percent": windows.some(({ utilization }) => (utilization ?? 0) > 100),
  };
  expect(Object.entries(kinds).filter(([, is]) => !is)).toEqual([]);
});
