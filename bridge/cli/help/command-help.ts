// The shape of a command's help, which the compiler holds to the names that the command takes: an option too many or too
// few does not compile. Help, completions and the man page read it.
import type { OptionNames } from "../parse-options.ts";

export type OptionHelp = {
  /** What follows it: `<percent>`; a flag has none. */
  value?: string;
  /** Every value it takes, where they are few. */
  choices?: readonly string[];
  /** Lines that belong together are parted by a line feed. */
  meaning: string;
};
type FlagHelp = Pick<OptionHelp, "meaning">;
type ValueHelp = OptionHelp & { value: string };

/** The help of any command, for whoever reads all of them. */
export type AnyCommandHelp = {
  name: string;
  usage: string;
  summary: string;
  /** Stands above the options. */
  intro?: readonly string[];
  /** What the first argument can be, and what it means. */
  words?: Readonly<Record<string, string>>;
  options: Readonly<Record<string, OptionHelp>>;
  /** Help has these in its details, or not at all; completions and man page have them one by one. */
  unlisted?: readonly string[];
  details: readonly string[];
  examples: readonly (readonly [command: string, meaning: string])[];
};

type FlagOf<Names extends Pick<OptionNames, "flags">> = Names["flags"][number];
type ValueOf<Names> =
  | (Names extends { texts: readonly (infer Text extends string)[] } ? Text : never)
  | (Names extends { lists: readonly (infer List extends string)[] } ? List : never);

type NameOf<Names extends Pick<OptionNames, "flags">> = FlagOf<Names> | ValueOf<Names>;

/** Without any name an empty type would let every name pass. */
export type OptionsHelp<Names extends Pick<OptionNames, "flags">> = [NameOf<Names>] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Name in NameOf<Names>]: Name extends FlagOf<Names> ? FlagHelp : ValueHelp };

type WordsHelp<Names> = Names extends { words: readonly (infer Word extends string)[] }
  ? { words: Readonly<Record<Word, string>> }
  : { words?: never };

export type CommandHelp<Names extends OptionNames> = Omit<AnyCommandHelp, "name" | "words" | "options" | "unlisted"> &
  WordsHelp<Names> & {
    name: Names["command"];
    options: OptionsHelp<Names>;
    unlisted?: readonly NameOf<Names>[];
  };

/** An option or a word as a list shows it, with its name as it is typed. */
export type Item = OptionHelp & { name: string };

export function listOptions({ options }: AnyCommandHelp): Item[] {
  return Object.entries(options).map(([name, help]) => ({ name: `--${name}`, ...help }));
}

export function listWords({ words = {} }: AnyCommandHelp): Item[] {
  return Object.entries(words).map(([name, meaning]) => ({ name, meaning }));
}

/** As a user writes it. */
export function toWritten({ name, value }: Item): string {
  return value === undefined ? name : `${name} ${value}`;
}
