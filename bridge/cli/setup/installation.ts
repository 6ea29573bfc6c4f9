// One thing that `setup` can put on a computer and `uninstall` takes away again.

/** What will happen to one file or registry key, in words and, for files, with the text that will stand there. */
export type Change = { action: "write" | "remove"; target: string; text?: string };

export type Installation = {
  name: string;
  /** Empty when everything is in place already. */
  planSetup: () => Promise<Change[]>;
  setUp: () => Promise<void>;
  /** Empty when there is nothing of ours. */
  planRemoval: () => Promise<Change[]>;
  remove: () => Promise<void>;
};
