// The options of a command on the hot path: what is taken and what is refused.
import { describe, expect, test } from "vitest";
import { CliError } from "../../../bridge/cli/cli-error.ts";
import { parseOptions } from "../../../bridge/cli/parse-options.ts";

const names = { flags: ["json", "no-wait"], texts: ["max", "window"] };

describe("options are read", () => {
  test.each([
    { args: [], max: undefined, json: false },
    { args: ["--json"], max: undefined, json: true },
    { args: ["--max", "80"], max: "80", json: false },
    { args: ["--max=80", "--json"], max: "80", json: true },
    { args: ["--json", "--max", "-5"], max: "-5", json: true },
    { args: ["--max=--json"], max: "--json", json: false },
    { args: ["--max=a=b"], max: "a=b", json: false },
    { args: ["--max", ""], max: "", json: false },
    { args: ["--max="], max: "", json: false },
  ])("$args", ({ args, max, json }) => {
    const options = parseOptions(args, names);
    expect([options.text("max"), options.has("json")]).toEqual([max, json]);
  });
});

describe("anything else is wrong use", () => {
  test.each([
    { args: ["--maxx", "80"], says: "--maxx" },
    { args: ["80"], says: "80" },
    { args: ["-j"], says: "-j" },
    { args: ["--"], says: "--" },
    { args: [""], says: '""' },
    { args: ["max", "80"], says: "max" },
    { args: ["--constructor"], says: "--constructor" },
    { args: ["--max"], says: "needs a value" },
    { args: ["--max", "--json"], says: "needs a value" },
    { args: ["--json=yes"], says: "takes no value" },
    { args: ["--json", "--json"], says: "given twice" },
    { args: ["--window", "a", "--window=b"], says: "given twice" },
  ])("$args", ({ args, says }) => {
    const parse = () => parseOptions(args, names);
    expect(parse).toThrow(CliError);
    expect(parse).toThrow(says);
  });
});
