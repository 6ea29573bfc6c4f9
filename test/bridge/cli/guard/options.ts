// A guard's options as they are without any word, to be changed in one place by a test.
import { type GuardOptions, guardOptionNames, toGuardOptions } from "../../../../bridge/cli/guard/guard-options.ts";
import { parseOptions } from "../../../../bridge/cli/parse-options.ts";

export function createOptions(more: Partial<GuardOptions> = {}): GuardOptions {
  return { ...toGuardOptions(parseOptions([], guardOptionNames)), ...more };
}
