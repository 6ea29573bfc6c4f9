// From facts to findings, in the order of the chain; the real world of each is in test/process/doctor.test.ts.
import { describe, expect, test } from "vitest";
import { decideChecks, findFirst } from "../../../../bridge/cli/doctor/decide-checks.ts";
import type { Facts } from "../../../../bridge/cli/doctor/facts.ts";
import type { Code } from "../../../../bridge/cli/doctor/findings.ts";
import { toRow } from "../../../../shared/freshness.ts";
import { createInstall, createStoredRow } from "../../../shared/wire-examples.ts";
import { createFacts } from "./facts.ts";

function listCodes(facts: Facts): (Code | null)[] {
  return decideChecks(facts)
    .map(({ code }) => code)
    .filter((code) => code !== null);
}

const running = { pid: 7, version: "0.1.0", port: 63762, ingest: "listening" } as const;
const none = { kind: "none", isStopped: false } as const;

test("of a folder whose access list nobody read, nothing is claimed", () => {
  const checks = decideChecks(createFacts({ folder: { path: "C:\\state", kind: "unjudged", isTooLong: false } }));
  expect(findFirst(checks)).toBeUndefined();
  const told = checks.map(({ detail }) => detail);
  expect(told).toContain("C:\\state; its access list was not checked");
  expect(told.join()).not.toContain("private");
});

test("a world in order has no finding, and every check says what it saw", () => {
  const checks = decideChecks(createFacts());
  expect(findFirst(checks)).toBeUndefined();
  expect(checks.map(({ check, detail }) => `${check}: ${detail}`)).toEqual([
    "node: Node 22.22.3",
    "sqlite: SQLite 3.51.3",
    "folder: ~/state, private to you",
    "files: readable, private to you",
    "disk: 5.0 GiB free",
    "bridge: running, pid 7",
    "version: 0.1.0",
    "port: the bridge is listening on 127.0.0.1:63762",
    "clock: matches the readings",
    "browser: Chrome",
    "native host: starts the bridge",
    "pairing: 1 browser profile",
    "extension: Chrome reported 30 s ago",
    "claude.ai: Chrome: responding",
    "rows: 00000000/00000000",
    "pane: uses 00000000/00000000",
    "reading: 30 s old",
  ]);
});

describe("a fact gives its finding", () => {
  test.each<[string, Partial<Facts>, Code[]]>([
    ["the oldest Node that runs", { nodeVersion: "20.19.0" }, []],
    ["a Node before it", { nodeVersion: "20.18.3" }, ["node-old"]],
    ["no SQLite", { sqliteVersion: undefined }, ["sqlite-missing"]],
    ["an SQLite with the defect", { sqliteVersion: "3.51.2" }, ["sqlite-old"]],
    ["little space", { disk: { writing: "fine", freeBytes: 1024 } }, ["disk-full"]],
    ["a Windows disk of unknown size", { disk: { writing: "fine", freeBytes: undefined } }, []],
    ["a bridge of 0.1.0 that says nothing of the clock", { bridge: { kind: "running", status: running } }, []],
    [
      "a bridge of another version",
      { bridge: { kind: "running", status: { ...running, version: "0.2.0" } } },
      ["bridge-other-version"],
    ],
    [
      "a bridge without the port",
      { bridge: { kind: "running", status: { ...running, ingest: "blocked" } }, portOwner: undefined },
      ["port-taken"],
    ],
    ["no bridge, and nobody on its port", { bridge: none, portOwner: undefined }, ["bridge-not-running"]],
    [
      "no bridge, and a stranger on its port",
      { bridge: none, portOwner: { pid: 9, name: "nc", isBridge: false } },
      ["bridge-not-running", "port-taken"],
    ],
    ["no bridge, and our daemon on its port", { bridge: none }, ["socket-missing"]],
    ["a browser that can not start the bridge, and is paired", { nativeHost: "missing" }, ["native-host-missing"]],
    ["no browser in its place, and one that reports", { browsers: [], nativeHost: "missing" }, []],
    ["a system where browsers have no place", { browsers: undefined }, []],
    ["nobody paired", { keys: { file: "missing", paired: 0 } }, ["not-paired"]],
    ["a login that cannot be read", { pane: { kind: "unreadable-login" } }, ["pane-unreadable"]],
    [
      "a token in the place of the login",
      { pane: { kind: "ambiguous-account", rows: [], credential: "ANTHROPIC_API_KEY" } },
      ["pane-credential"],
    ],
    ["another account's usage beside the login", { cachedUsage: "other" }, ["other-cached-usage"]],
    ["drift", { drift: [{ what: "kind", name: "hourly", sample: {} }] }, ["schema-drift"]],
  ])("%s", (_name, change, expected) => {
    expect(listCodes(createFacts(change))).toEqual(expected);
  });
});

describe("what an install reported", () => {
  const nowMs = createFacts().nowMs;
  const { rows } = createFacts().status;
  const ago = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();
  const toFacts = (...installs: ReturnType<typeof createInstall>[]) =>
    createFacts({ status: { file: "fine", generated_at: ago(0), rows, installs } });

  test("is old news after ten minutes", () => {
    expect(listCodes(toFacts(createInstall({ polled_at: ago(9.9) })))).toEqual([]);
    expect(listCodes(toFacts(createInstall({ polled_at: ago(10.1) })))).toEqual(["extension-silent"]);
  });

  test("is no old news while claude.ai itself asked it to wait", () => {
    const waiting = createInstall({ state: "rate-limited", polled_at: ago(40), retry_at: ago(-5) });
    expect(listCodes(toFacts(waiting))).toEqual(["rate-limited"]);
  });

  test("of a profile that is closed is no finding while another one reports", () => {
    expect(listCodes(toFacts(createInstall(), createInstall({ browser: "Arc", polled_at: ago(3000) })))).toEqual([]);
  });

  test("ahead of the clock is a clock that is behind", () => {
    expect(listCodes(toFacts(createInstall({ polled_at: ago(-5) })))).toEqual(["clock-behind"]);
  });

  test("as well, while every row is old, is a clock that is ahead", () => {
    const row = toRow(createStoredRow({ fetched_at: ago(60) }), nowMs);
    const status = { file: "fine", generated_at: ago(0), rows: [row], installs: [createInstall()] } as const;
    expect(listCodes(createFacts({ status, pane: { kind: "row", row } }))).toEqual(["clock-ahead", "row-stale"]);
  });
});

test("what is broken comes before what only could be better, and then the first of the chain", () => {
  const checks = decideChecks(
    createFacts({ sqliteVersion: "3.50.0", bridge: none, portOwner: undefined, keys: { file: "missing", paired: 0 } }),
  );
  expect(findFirst(checks)?.code).toBe("bridge-not-running");
  expect(findFirst(decideChecks(createFacts({ sqliteVersion: "3.50.0" })))?.code).toBe("sqlite-old");
});

test("text from a file acts in no terminal", () => {
  const installs = [createInstall({ browser: "Chr\u001b[2Jome", extension_version: "9.9.9" })];
  const rows = createFacts().status.rows;
  const facts = createFacts({ status: { file: "fine", generated_at: undefined, rows, installs } });
  expect(JSON.stringify(decideChecks(facts))).not.toContain("\\u001b");
});
