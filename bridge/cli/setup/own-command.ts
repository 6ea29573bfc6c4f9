// The command lines that setup writes into Claude Code's settings, and how they are known again. Pure.

/** A command of ours, split at our program: a user may have put options behind it, or something before it. */
export type OwnCommand = { before: string; program: string; rest: string };

/**
 * `claude -p` ends its hooks as soon as it ends itself, while Node is still starting and cannot hold on, and kills those that
 * are left a second later. So a shell that is nobody's child holds on, and starts a program that was ended once more.
 */
const OUTLIVING = {
  before: 'trap : TERM; i=$(cat); p() { printf %s "$i" | ',
  after: " ; }; ( (trap : TERM; p || p) >/dev/null 2>&1 & )",
} as const;

/** On Windows a hook's shell may be cmd, which has no traps. */
export function toOutliving(command: string, platform: string = process.platform): string {
  return platform === "win32" ? command : OUTLIVING.before + command + OUTLIVING.after;
}

const OWN =
  /^(.*?(?:(?<![\w.-])claude-meter(?:\.cmd)?|[\\/]bridge[\\/]cli\.js)["']?) (?:hook (?:user-prompt|pre-tool|stop|stop-failure|session-start|notification)|statusline)(?: |$)/s;
/** Only our program and nothing else, so that it may be brought up to date. */
const PLAIN_PROGRAM =
  /^(?:claude-meter|(?:"[^"]+"|'[^']+'|[^\s"']+) (?:"[^"]+cli\.js"|'[^']+cli\.js'|[^\s"']+cli\.js))$/;

/** Undefined when the command is somebody else's. */
export function parseOwnCommand(command: unknown): OwnCommand | undefined {
  if (typeof command !== "string") return undefined;
  const before = command.startsWith(OUTLIVING.before) ? OUTLIVING.before : "";
  const own = command.slice(before.length);
  const program = OWN.exec(own)?.[1];
  return program === undefined ? undefined : { before, program, rest: own.slice(program.length) };
}

/** The command with today's program and the user's own options. */
export function toCurrentCommand({ before, program, rest }: OwnCommand, current: string): string {
  return before + (PLAIN_PROGRAM.test(program) ? current : program) + rest;
}
