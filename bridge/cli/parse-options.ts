// Reads the command line of every command. By hand, because Node's parseArgs costs a thirtieth of a whole call of `guard`.
import { CliError } from "./cli-error.ts";

/** What a command takes, told once: the compiler holds the command and its help to these names. */
export type OptionNames<
  Flag extends string = string,
  Text extends string = string,
  List extends string = string,
  Word extends string = string,
> = {
  command: string;
  flags: readonly Flag[];
  /** With a value, at most once. */
  texts: readonly Text[];
  /** With a value, any number of times. */
  lists?: readonly List[];
  /** What its one argument can be: `start`. */
  words?: readonly Word[];
  /** Of these words, the ones behind which a name of the user's own stands. */
  named?: readonly NoInfer<Word>[];
};

export type Options<Flag, Text, List = never, Word = never> = {
  has: (flag: Flag) => boolean;
  text: (name: Text) => string | undefined;
  list: (name: List) => readonly string[];
  word: Word | undefined;
  /** What stands behind a word that takes a name. */
  name: string | undefined;
};

/** Throws CliError "usage" on everything that is not named, or is said twice. */
export function parseOptions<
  Flag extends string,
  Text extends string,
  List extends string = never,
  Word extends string = never,
>(args: readonly string[], names: OptionNames<Flag, Text, List, Word>): Options<Flag, Text, List, Word> {
  const { command, flags, texts, lists = [], words = [], named = [] } = names;
  const values = new Map<string, string[]>();
  let word: Word | undefined;
  let own: string | undefined;
  const fail = (argument: string, known: readonly string[]) => {
    const kind = argument.startsWith("-") ? "option" : "argument";
    const choices = known === words && words.length > 0 ? ` (${words.join("|")})` : "";
    const message = `unknown ${kind} ${JSON.stringify(argument)}${choices}; see \`claude-meter help ${command}\`.`;
    return new CliError("usage", message, { typed: argument, known });
  };
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? "";
    const [written = "", inline] = splitOnce(argument);
    const name = written.slice(2);
    if (!written.startsWith("-")) {
      if (own === undefined && word !== undefined && named.includes(word)) {
        own = argument;
        continue;
      }
      const found = words.find((each) => each === argument);
      if (found === undefined || word !== undefined) throw fail(argument, word === undefined ? words : []);
      word = found;
      continue;
    }
    const isFlag = isIn(flags, name);
    const isList = isIn(lists, name);
    if (!written.startsWith("--") || !(isFlag || isList || isIn(texts, name))) {
      throw fail(
        written,
        [...flags, ...texts, ...lists].map((each) => `--${each}`),
      );
    }
    const earlier = values.get(name) ?? [];
    // Two values for one option could make a gate watch less than was meant.
    if (earlier.length > 0 && !isList) throw new CliError("usage", `--${name} is given twice.`);
    if (isFlag && inline !== undefined) throw new CliError("usage", `--${name} takes no value.`);
    const value = isFlag ? "" : (inline ?? args[++index]);
    if (value === undefined || (inline === undefined && value.startsWith("--"))) {
      throw new CliError("usage", `--${name} needs a value.`);
    }
    values.set(name, [...earlier, value]);
  }
  return {
    has: (flag) => values.has(flag),
    text: (name) => values.get(name)?.[0],
    list: (name) => values.get(name) ?? [],
    word,
    name: own,
  };
}

function isIn(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
