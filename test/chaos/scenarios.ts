// All scenarios of the fault suite, by what they are about, in the order in which they are played.
import { answers } from "./answers.ts";
import { browser } from "./browser.ts";
import { claudeAi } from "./claude-ai.ts";
import { corruption } from "./corruption.ts";
import { crash } from "./crash.ts";
import { disk } from "./disk.ts";
import { flood } from "./flood.ts";
import { hostile } from "./hostile.ts";
import { load } from "./load.ts";
import { merging } from "./merge.ts";
import { order } from "./order.ts";
import { replaying } from "./replay.ts";
import type { Scenario } from "./scenario.ts";
import { soak } from "./soak.ts";
import { stale } from "./stale.ts";
import { time } from "./time.ts";

/** What happens to the bridge's process and files: another SQLite could change it. */
export const diskScenarios: readonly Scenario[] = [crash, corruption, disk, order, soak];

/** Rules of our own, which every Node plays alike. */
export const ruleScenarios: readonly Scenario[] = [stale, merging, replaying, time, load, flood, hostile, claudeAi];

/** Those that need a real Chromium and the port of the real bridge: one at a time. */
export const browserScenarios: readonly Scenario[] = [answers, browser];

export const scenarios: readonly Scenario[] = [...diskScenarios, ...ruleScenarios, ...browserScenarios];
