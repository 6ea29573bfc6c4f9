// All scenarios of the fault suite, in the order in which they are played.
import { corruption } from "./corruption.ts";
import { crash } from "./crash.ts";
import { disk } from "./disk.ts";
import { load } from "./load.ts";
import type { Scenario } from "./scenario.ts";
import { stale } from "./stale.ts";
import { time } from "./time.ts";

export const scenarios: readonly Scenario[] = [crash, corruption, disk, load, stale, time];
