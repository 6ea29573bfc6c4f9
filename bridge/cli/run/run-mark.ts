// The variable that marks the processes of a run: set for the command, and inherited by what it starts.
export const RUN_MARK = "CLAUDE_METER_RUN";
