// The command lines that setup writes into Claude Code's settings, and how they are known again. Pure.

/** A command of ours, split at our program: a user may have put options behind it, or something before it. */
export type OwnCommand = { program: string; rest: string };

const OWN =
  /^(.*?(?:(?<![\w.-])claude-meter(?:\.cmd)?|[\\/]bridge[\\/]cli\.js)["']?) (?:hook (?:user-prompt|pre-tool|stop|stop-failure|notification)|statusline)(?: |$)/s;
/** Only our program and nothing else, so that it may be brought up to date. */
const PLAIN_PROGRAM =
  /^(?:claude-meter|(?:"[^"]+"|'[^']+'|[^\s"']+) (?:"[^"]+cli\.js"|'[^']+cli\.js'|[^\s"']+cli\.js))$/;

/** Undefined when the command is somebody else's. */
export function parseOwnCommand(command: unknown): OwnCommand | undefined {
  const program = typeof command === "string" ? OWN.exec(command)?.[1] : undefined;
  if (program === undefined || typeof command !== "string") return undefined;
  return { program, rest: command.slice(program.length) };
}

/** The command with today's program and the user's own options. */
export function toCurrentCommand({ program, rest }: OwnCommand, current: string): string {
  return (PLAIN_PROGRAM.test(program) ? current : program) + rest;
}
