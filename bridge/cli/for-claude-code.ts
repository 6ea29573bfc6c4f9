// What Claude Code calls at each paint and each tool, built as one program of its own: on demand it would be many files,
// and as part of the first one it would slow down `guard` and `line`.
import { runHook } from "./hook/hook.ts";
import { runStatusline } from "./statusline/statusline.ts";

export const forClaudeCode = { statusline: runStatusline, hook: runHook } as const;
