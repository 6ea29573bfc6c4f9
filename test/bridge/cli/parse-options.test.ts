// The command line of every command: what is taken, what is refused, and names that the compiler holds.
import { describe, expect, test } from "vitest";
import { CliError } from "../../../bridge/cli/cli-error.ts";
import { parseOptions } from "../../../bridge/cli/parse-options.ts";

const names = {
  command: "guard",
  flags: ["json", "no-wait"],
  texts: ["max", "window"],
  lists: ["browser-dir"],
  words: ["start", "stop"],
} as const;

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

  test("one that can be repeated has every value, in its order", () => {
    expect(parseOptions(["--browser-dir", "a", "--json", "--browser-dir=b"], names).list("browser-dir")).toEqual([
      "a",
      "b",
    ]);
    expect(parseOptions([], names).list("browser-dir")).toEqual([]);
  });

  test("the word stands before or behind the options", () => {
    expect(parseOptions(["start", "--json"], names).word).toBe("start");
    expect(parseOptions(["--max", "80", "stop"], names).word).toBe("stop");
    expect(parseOptions(["--json"], names).word).toBeUndefined();
  });
});

describe("anything else is wrong use", () => {
  test.each([
    { args: ["--maxx", "80"], says: 'unknown option "--maxx"; see `claude-meter help guard`' },
    { args: ["--maxx=80"], says: 'unknown option "--maxx";' },
    { args: ["80"], says: 'unknown argument "80" (start|stop); see `claude-meter help guard`' },
    { args: ["-j"], says: 'unknown option "-j"' },
    { args: ["--"], says: 'unknown option "--"' },
    { args: [""], says: '""' },
    { args: ["max", "80"], says: "max" },
    { args: ["start", "stop"], says: 'unknown argument "stop"' },
    { args: ["--constructor"], says: "--constructor" },
    { args: ["--max"], says: "needs a value" },
    { args: ["--max", "--json"], says: "needs a value" },
    { args: ["--browser-dir", "--json"], says: "needs a value" },
    { args: ["--json=yes"], says: "takes no value" },
    { args: ["--json", "--json"], says: "given twice" },
    { args: ["--window", "a", "--window=b"], says: "given twice" },
  ])("$args", ({ args, says }) => {
    const parse = () => parseOptions(args, names);
    expect(parse).toThrow(CliError);
    expect(parse).toThrow(says);
  });

  test("a command without a word takes no argument", () => {
    expect(() => parseOptions(["start"], { command: "line", flags: [], texts: [] })).toThrow(
      'unknown argument "start"; see `claude-meter help line`',
    );
  });
});

test("an option that the command does not have does not compile", () => {
  const options = parseOptions([], names);
  // @ts-expect-error: a flag is no text.
  expect(options.text("json")).toBeUndefined();
  // @ts-expect-error: and a slip is neither.
  expect(options.has("jsno")).toBe(false);
});
