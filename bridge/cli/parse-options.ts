// Reads the options of a command on the hot path. Node's parseArgs costs a thirtieth of a whole call.
import { CliError } from "./cli-error.ts";

export type OptionNames = { flags: readonly string[]; texts: readonly string[] };
export type Options = { has: (flag: string) => boolean; text: (name: string) => string | undefined };

/** Throws CliError "usage" on everything that is not one of the named options, or is said twice. */
export function parseOptions(args: readonly string[], names: OptionNames): Options {
  const values = new Map<string, string>();
  for (let index = 0; index < args.length; index += 1) {
    const [written = "", inline] = splitOnce(args[index] ?? "");
    const name = written.slice(2);
    const isFlag = names.flags.includes(name);
    if (!written.startsWith("--") || !(isFlag || names.texts.includes(name))) {
      throw new CliError("usage", `there is no option or argument ${JSON.stringify(args[index])} here.`);
    }
    // Two values for one option could make a gate watch less than was meant.
    if (values.has(name)) throw new CliError("usage", `--${name} is given twice.`);
    if (isFlag && inline !== undefined) throw new CliError("usage", `--${name} takes no value.`);
    if (isFlag) values.set(name, "");
    else {
      const value = inline ?? args[++index];
      const isValue = value !== undefined && (inline !== undefined || !value.startsWith("--"));
      if (!isValue) throw new CliError("usage", `--${name} needs a value.`);
      values.set(name, value);
    }
  }
  return { has: (flag) => values.has(flag), text: (name) => values.get(name) };
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
