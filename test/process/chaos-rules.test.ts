// The scenarios of `npm run chaos` about rules of our own, in short counts: time, senders, load.
import { test } from "vitest";
import { playShort } from "../chaos/play-short.ts";
import { ruleScenarios } from "../chaos/scenarios.ts";

test.each(ruleScenarios)("$name: nothing lost, nothing invented, no crash", playShort, 180_000);
