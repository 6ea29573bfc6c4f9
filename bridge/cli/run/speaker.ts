// Our own words on stderr, beside those of the command: always on a line of their own.
import type { OutputName } from "../limit/limit-detector.ts";

export type Speaker = {
  say: (words: string) => void;
  /** What the command printed, so that we do not go on in the middle of its line. */
  hear: (output: OutputName, chunk: Buffer) => void;
};

const LINE_FEED = 10;

/** `isMerged`: stdout and stderr go to the same place. */
export function createSpeaker(write: (text: string) => void, isMerged = false): Speaker {
  let isWithinLine = false;
  return {
    say: (words) => {
      write(`${isWithinLine ? "\n" : ""}${words}\n`);
      isWithinLine = false;
    },
    hear: (output, chunk) => {
      if (output === "stderr" || isMerged) isWithinLine = chunk.at(-1) !== LINE_FEED;
    },
  };
}
