// `npm run unattended`: every case there is, with nobody at the browser: {1, 3, 5} organisations, answers after {0, 2, 8} s,
// and each part failing in each way. A line for each, and 1 at the end when a usage that answers was not read in time.
// `npm run unattended -- <words>` plays those whose line has all these words.
import { type Case, canPlayApart, playAll, type Seen, toTotal } from "./case.ts";

const SECONDS = 130;
const MAX_WAIT_SECONDS = 120;
const words = process.argv.slice(2);

const parts = ["usage", "overage", "subscription", "account"] as const;
const failures = ["hang", "rate-limited", "challenge", "server-error"] as const;

const cases = [1, 3, 5].flatMap((organisations) =>
  [0, 2, 8].flatMap((delaySeconds): Case[] => {
    const whole = { organisations, delaySeconds, seconds: SECONDS };
    return [whole, ...parts.flatMap((part) => failures.map((failure) => ({ ...whole, part, failure })))];
  }),
);

function toName({ organisations, delaySeconds, part, failure }: Case): string {
  return `organisations ${organisations}, answers after ${delaySeconds} s, ${part ? `${part} ${failure}` : "in order"}`;
}

/** Where the usage fails there is nothing to show, and all that counts is how often it is asked. */
function isAsItShould({ organisations, part }: Case, seen: Seen): boolean {
  if (part === "usage") return toTotal(seen).usage <= 3 * organisations;
  return seen.allSeconds !== null && seen.allSeconds - seen.signedInSeconds < MAX_WAIT_SECONDS;
}

if (!canPlayApart()) process.exit(1);
let failed = 0;
await playAll(
  cases.filter((each) => words.every((word) => toName(each).includes(word))),
  (wanted, seen) => {
    const isGood = !(seen instanceof Error) && isAsItShould(wanted, seen);
    if (!isGood) failed += 1;
    const told =
      seen instanceof Error
        ? seen.message
        : `first ${seen.firstSeconds} s, all ${seen.allSeconds} s, ${JSON.stringify(toTotal(seen))}`;
    console.log(`${isGood ? "ok  " : "FAIL"} ${toName(wanted)}: ${told}`);
  },
);
console.log(`${failed} of them not as they should be`);
process.exitCode = failed > 0 ? 1 : 0;
