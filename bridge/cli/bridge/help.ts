// What `claude-meter bridge` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { bridgeOptionNames } from "./bridge.ts";

export const help = {
  name: "bridge",
  usage: "claude-meter bridge run|start|stop|status [--json]",
  summary: "run the background process that the extension reports to",
  words: {
    run: "in the foreground, with a live line per account; Ctrl-C ends it",
    start: "in the background; says so when it is ready",
    stop: "ends it; what was acknowledged is on disk",
    status: "whether it runs, and on which port",
  },
  options: {
    json: { meaning: "the status for scripts" },
    "at-login": { meaning: "start, but not when you have stopped it by hand" },
  },
  details: ["Exit code: 0 done, 69 it is not running (status), 70 it could not start or stop."],
  examples: [
    ["claude-meter bridge start", "start it once after login"],
    ["claude-meter bridge status --json", "pid, version and port, or null"],
  ],
} satisfies CommandHelp<typeof bridgeOptionNames>;
