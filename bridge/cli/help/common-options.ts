// The help of options that several commands take, told once.
export const accountFilter = {
  value: "<name>",
  meaning:
    "only the account with this e-mail, account uuid, organisation uuid or organisation name\n" +
    "(also: CLAUDE_METER_ACCOUNT)",
};

export const accountOfPane = {
  value: "<name>",
  meaning: "use this account instead of this pane's (also: CLAUDE_METER_ACCOUNT)",
};

export const noColor = { meaning: "no colours (also: NO_COLOR=1, or when stdout is not a terminal)" };

/** So that a script can say it to every command. */
export const noColorAnyway = { meaning: "accepted everywhere; this command prints no colours" };
