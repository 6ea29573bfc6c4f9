// What each pane's call opens, since a file more is a fiftieth of it: counted in the built program, by a hook on node:fs.
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect } from "vitest";
import { toIso } from "../../shared/time.ts";
import { CLI_PATH, runProgram } from "../harness/program.ts";
import { test } from "../harness/test.ts";
import { createRowWindow, createStatus, createStoredRow, createUsageWindow } from "../shared/wire-examples.ts";

/** Loaded before the program: tells at the end what was opened, whoever asked for it. */
const HOOK = `
const fs = require("node:fs");
const opened = [];
for (const name of ["readFileSync", "openSync"]) {
  const original = fs[name];
  fs[name] = (path, ...rest) => {
    if (typeof path === "string") opened.push(path);
    return original(path, ...rest);
  };
}
process.on("exit", () => fs.writeSync(2, opened.join("\\n")));
`;

const own = [basename(CLI_PATH), "status.json"];
const settings = ["settings.json", "settings.json", "settings.local.json"];
const login = [".config.json", ".claude.json"];

test.for([
  { words: "--json", files: own },
  { words: "line --account user@example.com", files: own },
  { words: "line", files: [...own, ...settings, ...login] },
  { words: "guard --no-wait --max 100", files: [...own, ...settings, ...login] },
])("$words opens $files.length files and no more, as a hook on node:fs counts them", async (example, { folder }) => {
  const nowMs = Date.now();
  const windows = [createRowWindow(createUsageWindow({ resets_at: toIso(nowMs + 3_600_000) }))];
  const row = createStoredRow({ fetched_at: toIso(nowMs), windows });
  await writeFile(join(folder, "status.json"), JSON.stringify(createStatus({ rows: [row] })));
  const hook = join(folder, "hook.cjs");
  await writeFile(hook, HOOK);
  const ended = await runProgram(process.execPath, ["--require", hook, CLI_PATH, ...example.words.split(" ")], {
    environment: { HOME: folder, CLAUDE_METER_HOME: folder },
    cwd: folder,
  });
  expect(ended.stderr.split("\n").map((path) => basename(path))).toEqual(example.files);
  expect(ended.code).toBe(0);
});
