// What a hook makes of a row: every state of the quota against the thresholds.
import { describe, expect, test } from "vitest";
import { decideHook } from "../../../../bridge/cli/hook/decide-hook.ts";
import { type HookOptions, hookOptionNames, toHookOptions } from "../../../../bridge/cli/hook/hook-options.ts";
import { parseOptions } from "../../../../bridge/cli/parse-options.ts";
import type { RowReading } from "../../../../bridge/cli/row/read-row.ts";
import { toRow } from "../../../../shared/freshness.ts";
import type { RowWindow, StoredRow } from "../../../../shared/row.ts";
import { createRowWindow, createStoredRow } from "../../../shared/wire-examples.ts";

const READ_MS = Date.parse("2026-11-20T10:00:00.000Z");

function toOptions(...args: string[]): HookOptions {
  return toHookOptions(parseOptions(args, hookOptionNames));
}

function decide(row: Partial<StoredRow>, options: HookOptions, seconds = 30) {
  const nowMs = READ_MS + seconds * 1000;
  const reading: RowReading = { kind: "row", row: toRow(createStoredRow(row), nowMs), installs: [] };
  return decideHook(reading, options, nowMs);
}

function windows(...changes: Partial<RowWindow>[]): Partial<StoredRow> {
  return { windows: changes.map((change) => createRowWindow(change)) };
}

describe("with the usual thresholds", () => {
  const cases = [
    [0, "nothing"],
    [79.9, "nothing"],
    [80, "warn"],
    [94.9, "warn"],
    [95, "over"],
    [100, "over"],
    [140, "over"],
  ] as const;
  test.each(cases)("%d %% is %s", (utilization, kind) => {
    expect(decide(windows({ utilization }), toOptions()).kind).toBe(kind);
  });

  test("the fullest window of the account decides", () => {
    const row = windows({ utilization: 20 }, { id: "seven_day", utilization: 85 });
    expect(decide(row, toOptions())).toMatchObject({ kind: "warn", level: { window: "seven_day", utilization: 85 } });
  });

  test("a model's window decides only for that model", () => {
    const row = windows({ utilization: 20 }, { id: "scoped:fable", model: "Fable", scope: "model", utilization: 99 });
    expect(decide(row, toOptions()).kind).toBe("nothing");
    expect(decide(row, toOptions("--model", "fable")).kind).toBe("over");
  });

  test("a row that two sources contradict each other about counts by the higher", () => {
    const witness = {
      observed_at: "2026-11-20T10:00:10.000Z",
      windows: { five_hour: { utilization: 97, resets_at: "2026-11-20T12:00:00.000Z" } },
    };
    expect(decide({ ...windows({ utilization: 20 }), witness }, toOptions()).kind).toBe("over");
  });
});

describe("what is not known", () => {
  const readings: readonly [string, RowReading][] = [
    ["no data", { kind: "no-data", installs: [] }],
    ["a damaged file", { kind: "damaged", installs: [] }],
    ["an unknown account", { kind: "unknown-account", rows: [], installs: [] }],
    ["an ambiguous account", { kind: "ambiguous-account", rows: [], installs: [] }],
  ];
  test.each(readings)("holds nothing back by itself: %s", (_name, reading) => {
    expect(decideHook(reading, toOptions(), READ_MS).kind).toBe("nothing");
    expect(decideHook(reading, toOptions("--on-unknown", "fail"), READ_MS).kind).toBe("unknown");
  });

  const doubtful: readonly [string, Partial<StoredRow>, number][] = [
    ["a stale row of 99 %", windows({ utilization: 99 }), 601],
    ["a row from the future", windows({ utilization: 99 }), -121],
    ["a window whose reset has passed", windows({ utilization: 99, resets_at: "2026-11-20T10:00:01.000Z" }), 30],
    ["a window without a value", windows({ utilization: null }), 30],
    ["an account without windows", windows(), 30],
  ];
  test.each(doubtful)("holds nothing back by itself: %s", (_name, row, seconds) => {
    expect(decide(row, toOptions(), seconds).kind).toBe("nothing");
    expect(decide(row, toOptions("--on-unknown=fail"), seconds).kind).toBe("unknown");
  });
});

describe("the command line", () => {
  test("sets the thresholds, the windows and the tools that stay allowed", () => {
    const options = toOptions("--warn", "50", "--max=60%", "--window", "seven_day", "--allow-tool", "Write, TodoWrite");
    expect(options).toMatchObject({
      warnPercent: 50,
      limits: { maxPercent: 60, windows: ["seven_day"] },
      allowedTools: ["Write", "TodoWrite"],
      isUnknownHeldBack: false,
    });
  });

  test.each([
    ["--max", "0.95"],
    ["--max", "much"],
    ["--warn", ""],
    ["--on-unknown", "wait"],
    ["--on-unknown", "block"],
    ["--allow-tool", "Write,,Read"],
    ["--maximum", "90"],
  ])("refuses %s %j", (name, value) => {
    expect(() => toOptions(name, value)).toThrow();
  });
});
