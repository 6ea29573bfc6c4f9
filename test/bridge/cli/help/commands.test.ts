// What the compiler cannot see in the commands' help: choices and first words are told where somebody reads about them.
import { expect, test } from "vitest";
import { commands } from "../../../../bridge/cli/commands.ts";
import { listOptions, listWords } from "../../../../bridge/cli/help/command-help.ts";

test("every choice is named in its option's words or its command's usage", () => {
  for (const command of commands) {
    for (const { choices = [], meaning } of listOptions(command)) {
      for (const choice of choices) expect(`${command.usage} ${meaning}`).toContain(choice);
    }
  }
});

test("the words that a command begins with are those of its usage", () => {
  for (const command of commands) {
    const words = listWords(command);
    if (words.length > 0) expect(command.usage).toContain(words.map(({ name }) => name).join("|"));
  }
});

test("an option that help does not list one by one is named in its details, or has nothing to say", () => {
  for (const { unlisted = [], details } of commands) {
    const silent = unlisted.filter((name) => !details.join(" ").includes(`--${name}`));
    expect(silent.filter((name) => name !== "no-color")).toEqual([]);
  }
});
