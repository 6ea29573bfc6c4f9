// One thing that `setup` can put on a computer and `uninstall` takes away again.

/**
 * What will happen to one file, registry key or program, in words and, for files, with the text that will stand there.
 * With `before` only the lines that differ are shown; "keep" tells of something that stays as it is.
 */
export type Change = { action: "write" | "remove" | "stop" | "keep"; target: string; text?: string; before?: string };

export type Installation = Removal & {
  name: string;
  /** What the user can do once it is set up. */
  next: string;
  /** Nothing but "keep" when everything is in place already. */
  planSetup: () => Promise<Change[]>;
  setUp: () => Promise<void>;
};

/** What `uninstall` takes away. */
export type Removal = {
  /** Empty when there is nothing of ours. */
  planRemoval: () => Promise<Change[]>;
  remove: () => Promise<void>;
};
