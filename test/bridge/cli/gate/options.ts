// A guard's options as they are without any word, to be changed in one place by a test.
import { type GateOptions, toGateOptions } from "../../../../bridge/cli/gate/gate-options.ts";
import { guardOptionNames } from "../../../../bridge/cli/guard/guard.ts";
import { parseOptions } from "../../../../bridge/cli/parse-options.ts";

export function createOptions(more: Partial<GateOptions> = {}): GateOptions {
  return { ...toGateOptions(parseOptions([], guardOptionNames)), ...more };
}
