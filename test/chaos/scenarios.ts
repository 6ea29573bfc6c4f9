// All scenarios of the fault suite, in the order in which they are played.
import { corruption } from "./corruption.ts";
import { crash } from "./crash.ts";
import type { Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = [crash, corruption];
