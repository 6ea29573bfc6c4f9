// The exit codes that scripts may rely on (sysexits where there is one).
export const exitCodes = {
  done: 0,
  /** EX_USAGE: the command line is wrong. */
  usage: 64,
  /** EX_UNAVAILABLE: no data, stale, ambiguous, bridge never seen. */
  unknown: 69,
  /** EX_SOFTWARE: a defect of ours. */
  internal: 70,
  /** EX_TEMPFAIL: over the limit, try later. */
  over: 75,
  interrupted: 130,
} as const;
