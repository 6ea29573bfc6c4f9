// What `claude-meter proxy` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { proxyOptionNames } from "./proxy.ts";

export const help = {
  name: "proxy",
  usage: "claude-meter proxy [env] [--port 63763] [--hold 6h] [--smooth]",
  summary: "read the limits in the headers of every answer of the API",
  intro: [
    "A pass-through on 127.0.0.1 between a client and api.anthropic.com. It changes no byte,",
    "and stores and logs nothing of bodies and credentials.",
  ],
  words: { env: "print the environment that sends one client through the running proxy" },
  options: {
    port: { value: "<port>", meaning: "listen on this port of 127.0.0.1 (63763)" },
    upstream: { value: "<url>", meaning: "another https server with the same API (https://api.anthropic.com)" },
    hold: { value: "<time>", meaning: "hold a turn that the plan refuses until the reset, for this long at most" },
    grace: { value: "<time>", meaning: "with --hold: wait this long after the reset (30s)" },
    spread: { value: "<time>", meaning: "with --hold: then spread the turns over about this time (60s)" },
    smooth: { meaning: "retry a throttle or an overload here, five times with growing pauses" },
    json: { meaning: "env: print a JSON object instead of `export` lines" },
  },
  details: [
    "For a single run: `claude-meter run --proxy -- claude …` starts one and ends it.",
    "With neither --hold nor --smooth every answer passes unchanged.",
    "Never put ANTHROPIC_BASE_URL into settings.json: once the proxy has ended, another",
    "program can take its port and receive your credential.",
    "Exit code: 0 ended, 69 no proxy is running (env), 64 the command line is wrong or another",
    "setting is in the way, 70 it could not listen.",
    "Details: docs/proxy.md.",
  ],
  examples: [
    ["claude-meter run --proxy --hold 6h -- claude -p '…'", "a turn at the limit goes on after the reset"],
    ["claude-meter proxy --port 0", "in the foreground, on a free port; Ctrl-C ends it"],
    ['eval "$(claude-meter proxy env)"', "send what this shell starts through it"],
  ],
} satisfies CommandHelp<typeof proxyOptionNames>;
