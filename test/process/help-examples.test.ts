// Every example of every command's help, typed into a real terminal: it can be run as it stands there.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { commands } from "../../bridge/cli/commands.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { createExampleEnvironment } from "../harness/example.ts";
import { pairBrowser } from "../harness/paired-browser.ts";
import { runCli, startProgram } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";
import { createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";

let folder: string;
let environment: Record<string, string>;
let daemon: Daemon;

test.beforeAll(async ({ sharedFolder }) => {
  folder = sharedFolder;
  daemon = await startDaemon({ home: folder });
  const browser = await pairBrowser(daemon);
  const resets_at = new Date(Date.now() + 3_600_000).toISOString();
  const windows = [
    createUsageWindow({ resets_at }),
    createUsageWindow({ id: "scoped:opus", model: "Opus", scope: "model", resets_at }),
  ];
  await browser.report([createSnapshot({ fetched_at: new Date().toISOString(), windows })]);
  environment = {
    ...(await createExampleEnvironment(folder)),
    CLAUDE_METER_PORT: String(daemon.port),
    TERM: "xterm-256color",
  };
  await mkdir(join(folder, ".config", "fish", "completions"), { recursive: true });
  await writeFile(join(folder, "answer.txt"), "API Error: Repeated 529 Overloaded\n");
  await writeFile(join(folder, "nightly.sh"), "#!/bin/sh\nexit 0\n");
  await chmod(join(folder, "nightly.sh"), 0o700);
});

afterAll(async () => {
  // An example may have started another one.
  await runCli(folder, ["bridge", "stop"]);
  await daemon.stop();
});

/** What a person answers to what they see. */
const answers: readonly (readonly [seen: RegExp, typed: string])[] = [
  [/\[y\/N\]/, "n\n"],
  [/q quit/, "q"],
  [/Ctrl-D ends it/, "\u0004"],
  [/^claude-meter proxy: listening on/m, "\u0003"],
  [/^\S{4}-\S{4}/m, "\u0003"],
];

/** In a terminal of its own; resolves to the exit code. */
async function type(line: string): Promise<{ code: number | null; shown: string }> {
  const terminal = startProgram("script", ["-qec", `bash -c ${quote(line)}`, "/dev/null"], {
    cwd: folder,
    environment,
    stdin: { kind: "open" },
  });
  let open = answers;
  terminal.child.stdout?.on("data", () => {
    const due = open.find(([seen]) => seen.test(terminal.stdout()));
    if (!due) return;
    open = open.filter((each) => each !== due);
    terminal.child.stdin?.write(due[1]);
  });
  const { code, stdout } = await terminal.ended;
  return { code, shown: stdout };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Lines for another program's own language are tested in that program (tmux). */
const examples = commands.flatMap(({ name, examples: own }) =>
  own.filter(([line]) => !/^(set|tmux) /.test(line)).map(([line]): [string, string] => [name, line]),
);

const hasTerminal = requireTool("script");

test.runIf(hasTerminal).each(examples)("%s: %s", async (_name, line) => {
  const { code, shown } = await type(line);
  // Wrong use, a defect, not to be run, not to be found.
  expect([64, 70, 126, 127], shown).not.toContain(code);
});

test.runIf(hasTerminal)("a line that can not be run would be noticed", async () => {
  expect((await type("claude-meter guard --frobnicate")).code).toBe(64);
  expect((await type("claude-metre")).code).toBe(127);
});
