// The variable that marks the processes of a run: set for the command, and inherited by what it starts. Within another run
// it holds the marks of both, the innermost last.
export const RUN_MARK = "CLAUDE_METER_RUN";

const MARK = /^[0-9a-f-]{36}$/;

export function toMarks(own: string): string {
  return [...readMarks(), own].join(",");
}

/** Of the run that is next around this process; undefined without one. */
export function readMark(): string | undefined {
  return readMarks().at(-1);
}

function readMarks(): string[] {
  return (process.env[RUN_MARK] ?? "").split(",").filter((mark) => MARK.test(mark));
}
