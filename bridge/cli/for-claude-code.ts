// What Claude Code calls at each paint and each tool, one file beside the first program's that takes what both need from
// there: as part of the first one it would slow down `guard` and `line`.
import { runHook } from "./hook/hook.ts";
import { runStatusline } from "./statusline/statusline.ts";

export const forClaudeCode = { statusline: runStatusline, hook: runHook } as const;
