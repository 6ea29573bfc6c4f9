// One thing that `setup` can put on a computer and `uninstall` takes away again.

/**
 * What will happen to one file or registry key, in words and, for files, with the text that will stand there.
 * With `before` only the lines that differ are shown; "keep" tells of something that stays as it is.
 */
export type Change = { action: "write" | "remove" | "keep"; target: string; text?: string; before?: string };

export type Installation = {
  name: string;
  /** What the user can do once it is set up. */
  next: string;
  /** Nothing but "keep" when everything is in place already. */
  planSetup: () => Promise<Change[]>;
  setUp: () => Promise<void>;
  /** Empty when there is nothing of ours. */
  planRemoval: () => Promise<Change[]>;
  remove: () => Promise<void>;
};
