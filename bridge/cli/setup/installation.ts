// What `setup` can put in place and `uninstall` takes out again: each part plans first, so that it can be shown and asked.
export type FileChange = {
  path: string;
  /** Undefined: the file is not there. */
  before: string | undefined;
  after: string | undefined;
};

export type Plan = {
  changes: readonly FileChange[];
  /** Sentences for the user, whether or not there is something to change. */
  notes: readonly string[];
  /** Does exactly what the changes show; throws CliError when the files are no longer what they were. */
  apply: () => Promise<void>;
};

export type Installation = {
  /** Also its option: `setup --claude-code`. */
  name: string;
  planSetup: () => Promise<Plan>;
  planRemoval: () => Promise<Plan>;
};
