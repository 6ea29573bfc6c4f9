// How everything begins that our hooks say to Claude Code, so that `run` knows its own words again in the output.
export const QUOTA_WORDS = "Claude quota: ";
