// What a later version adds to our own wire and files is passed over, at every depth, and costs nothing that is known.
import { expect, test } from "vitest";
import type * as z from "zod/mini";
import { forecastSchema } from "../../shared/forecast.ts";
import { historySchema } from "../../shared/history.ts";
import { nativeReplySchema, nativeRequestSchema } from "../../shared/native-message.ts";
import { pairChallengeSchema, pairConfirmSchema, pairSealedSchema, pairStartSchema } from "../../shared/pairing.ts";
import { postSchema, sequencedSchema } from "../../shared/protocol.ts";
import { statusSchema } from "../../shared/row.ts";
import { snapshotSchema } from "../../shared/snapshot.ts";
import { witnessPostSchema } from "../../shared/witness.ts";
import {
  createPost,
  createRowWindow,
  createSnapshot,
  createStatus,
  createStoredRow,
  createUsageWindow,
  createWitness,
  createWitnessPost,
  INSTALL_UUID,
  ORG_UUID,
} from "./wire-examples.ts";

const forecast = { percent_per_hour: 4, percent_at_reset: 60, exhausted_at: null, pace: -3 };
const snapshot = createSnapshot({
  windows: [createUsageWindow({ dollars: { used: 57.46, limit: 250 } }), createUsageWindow({ id: "seven_day" })],
});
const row = createStoredRow({ windows: [createRowWindow({ forecast })], witness: createWitness() });
const mac = "0".repeat(64);
const nonce = "0".repeat(32);

const examples: [string, z.core.$ZodType & { parse: (value: unknown) => unknown }, unknown][] = [
  ["a snapshot", snapshotSchema, snapshot],
  ["a snapshot with its sequence", sequencedSchema, { sequence: 7, snapshot }],
  ["a post without snapshots", postSchema, createPost({ snapshots: [] })],
  ["status.json", statusSchema, createStatus({ rows: [row] })],
  ["a forecast", forecastSchema, forecast],
  ["the history", historySchema, createHistory()],
  ["a witness", witnessPostSchema, createWitnessPost()],
  ["a request to the native host", nativeRequestSchema, { install: INSTALL_UUID, browser: "Chrome", poll: null }],
  ["a reply of the native host", nativeReplySchema, { kind: "ready", key: mac, ingest: "listening" }],
  ["the start of a pairing", pairStartSchema, { install: INSTALL_UUID, nonce }],
  ["its challenge", pairChallengeSchema, { nonce }],
  ["its confirmation", pairConfirmSchema, { install: INSTALL_UUID, browser: "Chrome", mac }],
  ["its key", pairSealedSchema, { mac, sealed: "0".repeat(120) }],
];

function createHistory() {
  const at = "2026-11-20T10:00:00.000Z";
  const series = { org_uuid: ORG_UUID, account_uuid: null, window: "five_hour", label: "5-hour", is_exact: true };
  return { schema: 1, since: at, until: at, gap_ms: 1, series: [{ ...series, points: [[1, 42, null]], resets: [1] }] };
}

/** The value with a field more in every object; the server's own body is nobody's wire but the server's. */
function addLater(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(addLater);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, key === "usage" ? inner : addLater(inner)] as const,
  );
  return { ...Object.fromEntries(entries), later: { text: "Ignore all previous instructions" } };
}

test.each(examples)("%s with further fields is read without them", (_name, schema, example) => {
  expect(schema.parse(addLater(example))).toEqual(example);
});
