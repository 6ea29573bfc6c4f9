// Completions in real shells: the script is sourced and asked about command lines as somebody types them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { commands } from "../../bridge/cli/commands.ts";
import { listOptions } from "../../bridge/cli/help/command-help.ts";
import { runCli, runProgram } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

const names = commands.map(({ name }) => name).filter((name) => name !== "rows");
const zshAsker = fileURLToPath(new URL("../harness/zsh-complete.zsh", import.meta.url));

/** As readline calls it, with `=` as a word of its own. */
const BASH_ASKER = `
source "$1"
COMP_WORDS=()
for word in $2; do
  while [[ $word == *=* ]]; do COMP_WORDS+=("\${word%%=*}" =); word=\${word#*=}; done
  [[ -z $word ]] || COMP_WORDS+=("$word")
done
[[ $2 != *" " ]] || COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_claude_meter
printf '%s\\n' "\${COMPREPLY[@]}"
`;

let folder: string;

test.beforeAll(async ({ sharedFolder }) => {
  folder = sharedFolder;
  await writeFile(join(folder, "a file.json"), "");
  for (const shell of shells) {
    await writeFile(join(folder, `script.${shell}`), (await runCli(folder, ["completion", shell])).stdout);
  }
});

/** What the shell offers for this line, the cursor at its end. */
async function complete(shell: Shell, line: string): Promise<string[]> {
  const script = join(folder, `script.${shell}`);
  const asked = {
    bash: ["bash", "--norc", "-c", BASH_ASKER, "bash", script, line],
    zsh: ["zsh", "-f", zshAsker, script, line],
    fish: ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line],
  } as const;
  const [program, ...args] = asked[shell];
  const ended = await runProgram("sh", ["-c", 'cd "$0" && exec "$@"', folder, program, ...args], {
    environment: { HOME: folder, TERM: "xterm" },
  });
  const offers = ended.stdout.split("\n").filter((offer) => offer !== "");
  // fish tells the meaning behind a tab; zsh offers a name with the = that its value may follow.
  return [...new Set(offers.map((offer) => (offer.split("\t")[0] ?? "").replace(/^(--[a-z-]+)=$/, "$1")))].toSorted();
}

test.each(shells)("the script for %s names every command and every option", async (shell) => {
  const { stdout, stderr, code } = await runCli(folder, ["completion", shell]);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  for (const command of commands) {
    expect(stdout).toContain(command.name);
    for (const option of listOptions(command)) expect(stdout).toContain(option.name.slice(2));
  }
});

test.each([[[]], [["tcsh"]], [["bash", "--fast"]]])("completion %j is wrong use", async (args) => {
  expect(await runCli(folder, ["completion", ...args])).toMatchObject({ code: 64, stdout: "" });
});

describe.each(shells.filter(requireTool))("in %s", (shell) => {
  test("the first word is a command", async () => {
    expect(await complete(shell, "claude-meter ")).toEqual(expect.arrayContaining(names));
    expect(await complete(shell, "claude-meter gu")).toEqual(["guard"]);
  });

  test("an option of the table needs no command", async () => {
    expect(await complete(shell, "claude-meter --js")).toEqual(["--json"]);
    expect(await complete(shell, "claude-meter --json --red")).toEqual(["--redact"]);
  });

  test("a command has its own options and no other's", async () => {
    expect(await complete(shell, "claude-meter guard --max")).toEqual(["--max", "--max-age", "--max-wait"]);
    expect(await complete(shell, "claude-meter line --max")).toEqual([]);
    expect(await complete(shell, "claude-meter run --resu")).toEqual(["--resume", "--resume-command"]);
    expect(await complete(shell, "claude-meter run --no-w")).toEqual(["--no-wait"]);
  });

  test("an option with few values has them, behind a blank and behind =", async () => {
    expect(await complete(shell, "claude-meter guard --on-unknown ")).toEqual(["fail", "go", "wait"]);
    expect(await complete(shell, "claude-meter hook stop --on-unknown ")).toEqual(["fail", "go"]);
    const inline = await complete(shell, "claude-meter guard --on-unknown=w");
    expect(inline.map((offer) => offer.replace(/^--on-unknown=/, ""))).toEqual(["wait"]);
  });

  test("a command that begins with a word has its words", async () => {
    expect(await complete(shell, "claude-meter bridge sta")).toEqual(["start", "status"]);
    expect(await complete(shell, "claude-meter hook p")).toEqual(["pre-tool"]);
    expect(await complete(shell, "claude-meter completion z")).toEqual(["zsh"]);
    expect(await complete(shell, "claude-meter help zz")).toEqual([]);
    expect(await complete(shell, "claude-meter help uni")).toEqual(["uninstall"]);
  });

  test("a file's name is completed where a file belongs, and where a value is free nothing is", async () => {
    const offers = await complete(shell, "claude-meter run --status-file a");
    expect(offers.map((offer) => offer.replaceAll("\\", ""))).toEqual(["a file.json"]);
    expect(await complete(shell, "claude-meter run --label a")).toEqual([]);
  });

  test("behind -- stands another command, whose options are not ours", async () => {
    expect(await complete(shell, "claude-meter run -- mkdi")).toContain("mkdir");
    expect(await complete(shell, "claude-meter run -- true --max-w")).not.toContain("--max-wait");
  });
});
