// The messages with which the API itself names a limit. Wording: public reports of 2024 to 2026 and Claude Code 2.1.332.

/** The account has no money left. */
export const CREDIT_BALANCE =
  /^(?:Your credit|Credit) balance (?:is )?too low(?: to access the (?:Anthropic|Claude) API)?(?![\w ]*\bto\b)/;

/** The limit that somebody set in the Console; it says the day on which it is over. */
export const SPECIFIED_LIMIT = /^You have reached your specified (?:workspace |organization )?API usage limits?\b/;

export const LONG_CONTEXT = /^Extra usage is required for (?:1M context|long[ -]context requests)\b/;

/** With a subscription's login this is the plan; from a server that throttles as well, without the plan's headers. */
export const ACCOUNT_LIMIT = /\byour account's rate limit\b/;

export const OF_MINUTE = /per[ -]minute|organization's rate limit/;

/** A reason for no extra usage: somebody decided it. `out_of_credits` and caps with an end come back by themselves. */
export const SWITCHED_OFF = /zero_credit_limit|_disabled$|not_provisioned|no_limits_configured/;
