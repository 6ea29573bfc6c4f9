// What GitHub runs for this repository: foreign actions are fixed to a commit, and no job may fail unseen.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod/mini";

const root = fileURLToPath(new URL("../.github", import.meta.url));

const stepSchema = z.looseObject({ uses: z.optional(z.string()), run: z.optional(z.string()) });
const jobSchema = z.looseObject({
  uses: z.optional(z.string()),
  "timeout-minutes": z.optional(z.int()),
  steps: z.optional(z.array(stepSchema)),
});
const workflowSchema = z.looseObject({ permissions: z.unknown(), jobs: z.record(z.string(), jobSchema) });

function readYaml(...path: string[]): unknown {
  return parse(readFileSync(join(root, ...path), "utf8"));
}

describe.each(readdirSync(join(root, "workflows")))("the workflow %s", (file) => {
  const workflow = workflowSchema.parse(readYaml("workflows", file));
  const jobs = Object.values(workflow.jobs);

  test("takes foreign actions by commit, with the version beside it", () => {
    const used = jobs.flatMap(({ uses, steps = [] }) => [uses, ...steps.map((step) => step.uses)]);
    const foreign = used.filter((name) => name !== undefined && !name.startsWith("./"));
    expect(foreign.length).toBeGreaterThan(0);
    expect(foreign.filter((name) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(name ?? ""))).toEqual([]);
    const lines = readFileSync(join(root, "workflows", file), "utf8").match(/uses: \S+@.*/g) ?? [];
    expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test("has no job that may fail unseen or hang for hours", () => {
    expect(JSON.stringify(workflow)).not.toContain("continue-on-error");
    const own = jobs.filter(({ uses }) => uses === undefined);
    expect(own.filter((job) => job["timeout-minutes"] === undefined)).toEqual([]);
  });

  test("may only read unless a job says otherwise", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
  });

  test("installs without the install scripts of others", () => {
    const installs = jobs.flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run?.match(/npm ci\b.*/) ?? []));
    expect(installs.filter((line) => !line.includes("--ignore-scripts"))).toEqual([]);
  });
});
