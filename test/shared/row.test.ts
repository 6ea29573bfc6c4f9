// What status.json may hold: rows, their windows, and what each browser profile reported.
import { describe, expect, test } from "vitest";
import { parseStatus } from "../../bridge/state/read-status.ts";
import { toRow } from "../../shared/freshness.ts";
import {
  type Install,
  installSchema,
  type RowWindow,
  rowWindowSchema,
  type StoredRow,
  statusSchema,
  storedRowSchema,
} from "../../shared/row.ts";
import { createInstall, createRowWindow, createStatus, createStoredRow, createWitness } from "./wire-examples.ts";

type Change = Record<string, unknown>;

describe("a window of a row", () => {
  test.each<[string, RowWindow]>([
    ["open", createRowWindow()],
    ["idle", createRowWindow({ state: "idle", utilization: 0, resets_at: null })],
    ["rolled", createRowWindow({ state: "rolled", utilization: null, last_known: 42 })],
    ["unknown", createRowWindow({ state: "unknown", utilization: null })],
  ])("%s is taken", (_name, window) => {
    expect(rowWindowSchema.safeParse(window).error).toBeUndefined();
  });

  test.each<[string, Change]>([
    ["an unknown state", { state: "closed" }],
    ["no state", { state: undefined }],
    ["no last known value, not even null", { last_known: undefined }],
    ["text for the last known value", { last_known: "42" }],
    ["a percentage below zero", { utilization: -1 }],
  ])("with %s is refused", (_name, change) => {
    expect(rowWindowSchema.safeParse({ ...createRowWindow(), ...change }).success).toBe(false);
  });
});

describe("a row", () => {
  const unknown = { account_uuid: null, account_email: null, org_name: null, plan: null, binding: null };

  test.each<[string, StoredRow]>([
    ["complete", createStoredRow()],
    ["of which little is known", createStoredRow({ ...unknown, usage: null, windows: [], money: null })],
    ["without overage and subscription", createStoredRow({ overage: null, subscription: null })],
    ["that its witness filled in", createStoredRow({ source: "statusline", usage: null })],
    ["with a witness", createStoredRow({ witness: createWitness() })],
    ["with errors", createStoredRow({ errors: ["overage: not-available", "usage: rate-limited"] })],
  ])("%s is taken", (_name, row) => {
    expect(storedRowSchema.safeParse(row).error).toBeUndefined();
  });

  test.each<[string, Change]>([
    ["of another schema", { schema: 2 }],
    ["without a schema", { schema: undefined }],
    ["of another source", { source: "guess" }],
    ["with a witness who saw no window at all", { witness: { observed_at: "2026-11-20T10:00:00.000Z" } }],
    ["with the path of an organisation", { org_uuid: "../etc" }],
    ["with a window without a state", { windows: [{ ...createRowWindow(), state: undefined }] }],
    ["with a number that binds", { binding: 0 }],
    ["with an error in prose", { errors: ["It broke"] }],
  ])("%s is refused", (_name, change) => {
    expect(storedRowSchema.safeParse({ ...createStoredRow(), ...change }).success).toBe(false);
  });

  test.each(["age_seconds", "stale", "state"])("is read without a stored %s: it is counted when read", (field) => {
    const row: Change = { ...toRow(createStoredRow(), Date.parse("2026-11-20T10:00:12.000Z")) };
    expect(storedRowSchema.parse({ ...createStoredRow(), [field]: row[field] })).not.toHaveProperty(field);
  });

  test.each(Object.keys(createStoredRow()))("is refused without the field %s", (field) => {
    expect(storedRowSchema.safeParse({ ...createStoredRow(), [field]: undefined }).success).toBe(false);
  });
});

describe("what a browser profile reported", () => {
  const [seen] = createInstall().seen;

  test.each<[string, Install]>([
    ["all well", createInstall()],
    ["signed out, nothing seen", createInstall({ state: "signed-out", seen: [] })],
    ["to be asked again", createInstall({ state: "rate-limited", retry_at: "2026-11-20T10:15:00.000Z" })],
  ])("is taken: %s", (_name, install) => {
    expect(installSchema.safeParse(install).error).toBeUndefined();
  });

  test("is taken without an account and without a good value", () => {
    const install = {
      ...createInstall(),
      seen: [{ ...seen, account: null, good_at: null, errors: ["usage: offline"] }],
    };
    expect(installSchema.safeParse(install).error).toBeUndefined();
  });

  test.each<[string, Change]>([
    ["a profile without a uuid", { install: "chrome" }],
    ["an unknown state", { state: "connected" }],
    ["no moment", { polled_at: null }],
    ["a sight of no organisation", { seen: [{ ...seen, org_uuid: null }] }],
    ["a sight with an error in prose", { seen: [{ ...seen, errors: ["It broke"] }] }],
  ])("is refused: %s", (_name, change) => {
    expect(installSchema.safeParse({ ...createInstall(), ...change }).success).toBe(false);
  });
});

describe("status.json", () => {
  test("is taken, and the same after a way through JSON", () => {
    const copy: unknown = JSON.parse(JSON.stringify(createStatus()));
    expect(statusSchema.parse(copy)).toEqual(createStatus());
  });

  test("is taken without rows and profiles, as it is on the first day", () => {
    expect(statusSchema.safeParse(createStatus({ rows: [], installs: [] })).error).toBeUndefined();
  });

  test("is taken without profiles, by both readers: another tool may have copied the rows alone", () => {
    const { installs, ...rest } = createStatus();
    expect(statusSchema.parse(rest)).toEqual({ ...rest, installs: [] });
    expect(parseStatus(JSON.stringify(rest))).toEqual({ ...rest, installs: [] });
  });

  test.each<[string, Change]>([
    ["of another schema", { schema: 2 }],
    ["a schema as text", { schema: "1" }],
    ["no moment", { generated_at: undefined }],
    ["no rows, not even none", { rows: undefined }],
    ["one bad row", { rows: [createStoredRow(), {}] }],
    ["one bad profile", { installs: [{}] }],
  ])("is refused: %s", (_name, change) => {
    expect(statusSchema.safeParse({ ...createStatus(), ...change }).success).toBe(false);
  });
});
