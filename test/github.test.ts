// What GitHub runs and shows for this repository: foreign actions are fixed to a commit, no job may fail unseen, and the
// forms are such that GitHub accepts them.
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

/** https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
const questionParts = {
  id: z.string().check(z.regex(/^[a-z-]+$/)),
  validations: z.optional(z.strictObject({ required: z.boolean() })),
};
const questionSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown"), attributes: z.strictObject({ value: z.string() }) }),
  z.strictObject({
    ...questionParts,
    type: z.literal("dropdown"),
    attributes: z.strictObject({ label: z.string(), options: z.array(z.string()).check(z.minLength(1)) }),
  }),
  z.strictObject({
    ...questionParts,
    type: z.enum(["textarea", "input"]),
    attributes: z.strictObject({
      label: z.string(),
      description: z.optional(z.string()),
      placeholder: z.optional(z.string()),
      render: z.optional(z.string()),
    }),
  }),
]);
const formSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  body: z.array(questionSchema).check(z.minLength(1)),
});

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

describe("the issue forms", () => {
  const files = readdirSync(join(root, "ISSUE_TEMPLATE")).filter((file) => file !== "config.yml");

  test.each(files)("%s is one that GitHub accepts", (file) => {
    const { body } = formSchema.parse(readYaml("ISSUE_TEMPLATE", file));
    const ids = body.flatMap((question) => (question.type === "markdown" ? [] : [question.id]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("begin with a new answer of claude.ai, which doctor describes", () => {
    const [first = ""] = files.toSorted();
    expect(first).toBe("1-new-answer.yml");
    expect(JSON.stringify(readYaml("ISSUE_TEMPLATE", first))).toContain("`claude-meter doctor --json`");
  });

  test("are the only way to open an issue", () => {
    expect(readYaml("ISSUE_TEMPLATE", "config.yml")).toEqual({ blank_issues_enabled: false });
  });
});
