// What a developer has set reaches no test: every variable that our programs read is known to the test bed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { toCleanEnvironment } from "./harness/environment.ts";

/** What a program needs to run at all; a home of its own is given to each. */
const ofTheMachine = ["HOME", "LOCALAPPDATA", "PATH", "TERM", "USERDOMAIN", "USERNAME", "USERPROFILE"];

const bridge = fileURLToPath(new URL("../bridge", import.meta.url));

function listRead(): string[] {
  const files = readdirSync(bridge, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const text = files.map((file) => readFileSync(join(bridge, file), "utf8")).join("\n");
  return [...new Set([...text.matchAll(/\benv(?:ironment)?\["(\w+)"\]/g)].map(([, name = ""]) => name))];
}

test("each variable that the bridge reads is of the machine, or left out", () => {
  const read = listRead();
  expect(read).toContain("CLAUDE_METER_HOME");
  const leaking = read.filter((name) => toCleanEnvironment({ [name]: "theirs" })[name] !== undefined);
  expect(leaking.toSorted()).toEqual(ofTheMachine);
});

test("nothing of it is set in a test, and time and language are the same everywhere", () => {
  expect(process.env).toEqual(toCleanEnvironment(process.env));
  expect(process.env).toMatchObject({ LANG: "C.UTF-8", TZ: "UTC" });
});
