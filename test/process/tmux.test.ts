// A real tmux, in which a text of claude.ai's tries to run a command. Each way of putting our output into tmux is first
// shown to run what stands in a text, or not to, with a text of nobody's.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect } from "vitest";
import { toIso } from "../../shared/time.ts";
import { printTable } from "../harness/print-table.ts";
import { CLI_PATH, runProgram } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createRowWindow, createStatus, createStoredRow } from "../shared/wire-examples.ts";

const version = requireTool("tmux") ? execFileSync("tmux", ["-V"], { encoding: "utf8" }).trim() : "no tmux";

/** As users write them; `$METER` prints a text, and `$T` is tmux. Each shows what it was given in a client's screen. */
const styles = {
  'status-right "#(cmd)"': '$T set -g status-right "#(sh $METER)#(touch $DONE)"',
  'status-right "$(cmd)"': '$T set -g status-right "$(sh $METER)#(touch $DONE)"',
  "status-right through a user option":
    '$T set -g @meter "$(sh $METER)" \\; set -g status-right "#{@meter}#(touch $DONE)"',
  "the same, expanded again": '$T set -g @meter "$(sh $METER)" \\; set -g status-right "#{E:@meter}#(touch $DONE)"',
  'display-message "$(cmd)"': '$T display-message -p "$(sh $METER)#(touch $DONE)"',
  'rename-window "$(cmd)"': '$T rename-window "$(sh $METER)#(touch $DONE)"',
  "the border of a pane": '$T set -g pane-border-status top \\; set -g pane-border-format "$(sh $METER)#(touch $DONE)"',
};
type Style = keyof typeof styles;
const styleNames = Object.keys(styles).filter((name): name is Style => name in styles);

/** Those that run a command that stands in the text itself. */
const running: readonly Style[] = [
  'status-right "$(cmd)"',
  "the same, expanded again",
  'display-message "$(cmd)"',
  'rename-window "$(cmd)"',
  "the border of a pane",
];

type Put = { canary: string; done: string; times: number };
const TIMES = 2;

const outputs = {
  table: "",
  "table, redacted": "--redact",
  accounts: "accounts",
  line: "line",
  "line with a name": "line --format '{binding_name} {binding}%'",
};

describe.runIf(version !== "no tmux")(`in ${version}`, () => {
  let folder: string;
  let environment: Record<string, string>;
  const printed: Record<string, string | number>[] = [];
  const run = async (program: string, args: readonly string[], more: Record<string, string> = {}) => {
    const ended = await runProgram(program, args, { environment: { ...environment, ...more } });
    if (ended.code !== 0) throw new Error(`${program} ${args.join(" ")}: ${ended.stderr}`);
    return ended;
  };
  const tmux = (name: string, ...args: string[]) => run("tmux", ["-f", "/dev/null", "-S", join(folder, name), ...args]);

  test.beforeEach(async ({ folder: own }) => {
    folder = own;
    environment = { CLAUDE_METER_HOME: join(folder, "home"), TERM: "xterm-256color", SHELL: "/bin/sh" };
    await mkdir(join(folder, "home"), { mode: 0o700 });
    // tmux draws only for a client that has a terminal, and another tmux is one.
    await tmux("inner", "new-session", "-d", "-x", "200", "-y", "40", "cat");
    await tmux("inner", "set", "-g", "status-right-length", "1000", ";", "set", "-g", "status-interval", "1");
    await tmux("inner", "set", "-g", "allow-rename", "off", ";", "set", "-g", "automatic-rename", "off");
    const attach = `tmux -S ${join(folder, "inner")} attach`;
    await tmux("outer", "new-session", "-d", "-x", "200", "-y", "40", `env -u TMUX ${attach}`);
    await waitFor(
      async () => (await tmux("inner", "list-clients")).stdout,
      (clients) => clients !== "",
    );
  });

  afterEach(async () => {
    for (const name of ["outer", "inner"]) await tmux(name, "kill-server");
  });

  afterAll(() => {
    printTable(`texts with #(command) in ${version}`, printed);
  });

  /**
   * Puts what `meter` prints into tmux, a job of our own behind it, at least `times` times and until a job has run: tmux
   * drops one now and then whose client has gone. True when the one in the text has run.
   */
  async function put(style: Style, meter: string, { canary, done, times }: Put): Promise<boolean> {
    await writeFile(join(folder, "meter.sh"), meter);
    const script = { T: `tmux -S ${join(folder, "inner")}`, METER: join(folder, "meter.sh"), DONE: done };
    let count = 0;
    await waitFor(
      async () => {
        await run("sh", ["-c", styles[style]], script);
        count += 1;
        // Whatever job this began is waited for by the server.
        await tmux("inner", "run-shell", "true");
        return existsSync(canary) || (existsSync(done) && count >= times);
      },
      (isOver) => isOver,
    );
    return existsSync(canary);
  }

  async function writeTexts(text: string): Promise<void> {
    const window = createRowWindow({ label: text, model: text, resets_at: toIso(Date.now() + 3_600_000) });
    const row = createStoredRow({
      fetched_at: toIso(Date.now()),
      org_name: text,
      account_email: text,
      browser: text,
      windows: [window],
      binding: window.id,
    });
    await writeFile(join(folder, "home", "status.json"), JSON.stringify(createStatus({ rows: [row] })));
  }

  test("five of the seven ways run a command that stands in a text, which is what this is about", async () => {
    for (const [index, style] of styleNames.entries()) {
      const [canary, done] = [join(folder, `x${index}`), join(folder, `d${index}`)];
      const isRun = await put(style, `printf '%s' 'name #(touch ${canary}) #{E:@x}'`, { canary, done, times: 10 });
      expect([style, isRun]).toEqual([style, running.includes(style)]);
    }
  });

  test("none runs one that stands in an organisation's name, an e-mail or a label", async () => {
    let index = 0;
    for (const [output, args] of Object.entries(outputs)) {
      const count = { output, styles: 0, put: 0, run: 0 };
      for (const style of styleNames) {
        index += 1;
        const [canary, done] = [join(folder, `x${index}`), join(folder, `d${index}`)];
        await writeTexts(`#(touch ${canary}) #{E:@x}#(touch ${canary})`);
        const meter = `'${process.execPath}' '${CLI_PATH}' ${args}`;
        if (await put(style, meter, { canary, done, times: TIMES })) count.run += 1;
        count.styles += 1;
        count.put += TIMES;
      }
      printed.push(count);
    }
    expect(printed.map(({ output, run: ran }) => [output, ran])).toEqual(Object.keys(outputs).map((each) => [each, 0]));
  });
});
