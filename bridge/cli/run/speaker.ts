// Our own words on stderr, beside those of the command: always on a line of their own.
import type { OutputName } from "../limit/limit-detector.ts";

export type Speaker = {
  say: (words: string) => void;
  /** What the command printed, so that we do not go on in the middle of its line. */
  hear: (output: OutputName, chunk: Buffer) => void;
};

const LINE_FEED = 10;

export function createSpeaker(write: (text: string) => void): Speaker {
  let isWithinLine = false;
  return {
    say: (words) => {
      write(`${isWithinLine ? "\n" : ""}${words}\n`);
      isWithinLine = false;
    },
    hear: (output, chunk) => {
      if (output === "stderr") isWithinLine = chunk.at(-1) !== LINE_FEED;
    },
  };
}
