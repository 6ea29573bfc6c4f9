// The scenarios of `npm run chaos` that need a browser, in short counts.
import { test } from "vitest";
import { playShort } from "../chaos/play-short.ts";
import { browserScenarios } from "../chaos/scenarios.ts";

test.each(browserScenarios)("$name: nothing lost, nothing invented, no crash", playShort, 300_000);
