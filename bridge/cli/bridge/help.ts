// What `claude-meter bridge` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { bridgeOptionNames } from "./bridge.ts";

export const help = {
  name: "bridge",
  usage: "claude-meter bridge run|start|stop|status [--json]",
  summary: "start, stop or check the background bridge process",
  words: {
    run: "run in the foreground with a live line per account; Ctrl-C ends it",
    start: "start in the background and return once it is ready",
    stop: "stop it; every reading it has acknowledged is on disk",
    status: "show whether it is running, and on which port",
  },
  options: {
    json: { meaning: "print the status as JSON" },
    "at-login": { meaning: "for autostart: start unless you stopped it by hand" },
  },
  details: ["Exit code: 0 done, 69 not running (status), 70 could not start or stop."],
  examples: [
    ["claude-meter bridge start", "start it in the background"],
    ["claude-meter bridge status --json", "pid, version and port, or null"],
  ],
} satisfies CommandHelp<typeof bridgeOptionNames>;
