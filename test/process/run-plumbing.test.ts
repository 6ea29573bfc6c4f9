// What `run` puts between a command and the world: pipes that a shell can open, the order of two outputs, disks that are
// full, terminals that close. In real shells.
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Home } from "../harness/home.ts";
import { CLI_PATH, type Ended, runProgram } from "../harness/program.ts";
import { createCalmRow } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";
import { openTmux, type Tmux } from "../harness/tmux.ts";
import { waitFor } from "../harness/wait-for.ts";

const isLinux = process.platform === "linux";
let home: Home;
let environment: Record<string, string>;
test.beforeEach(async ({ home: own }) => {
  home = own;
  environment = { HOME: home.folder, CLAUDE_METER_HOME: home.folder, METER: `${process.execPath} ${CLI_PATH}` };
  await home.publish(createCalmRow());
});

/** A line of bash in which `$METER` is the program. */
function bash(line: string): Promise<Ended> {
  return runProgram("bash", ["-c", line], { environment, cwd: home.folder });
}

describe.runIf(process.platform !== "win32" && requireTool("bash"))("what a command prints through", () => {
  test.each([
    { name: "the name of stderr", line: "echo x > /dev/stderr", stdout: "", stderr: "x\n" },
    { name: "the name of stdout", line: "echo x > /dev/stdout", stdout: "x\n", stderr: "" },
    { name: "tee", line: "set -e; echo x | tee /dev/stderr", stdout: "x\n", stderr: "x\n" },
    { name: "a descriptor of its own", line: "echo x > /proc/self/fd/1", stdout: "x\n", stderr: "" },
    {
      name: "pipes, by their kind",
      line: "test -p /dev/stdout && test -p /dev/stderr && echo p",
      stdout: "p\n",
      stderr: "",
    },
  ])("$name arrives", async ({ line, stdout, stderr }) => {
    expect(await bash(`$METER run -- bash -c '${line}'`)).toMatchObject({ stdout, stderr, code: 0 });
  });

  test("keeps the order of both outputs where both go to one place", async () => {
    const lines = Array.from({ length: 200 }, (_, index) => `out ${index}\nerr ${index}\n`).join("");
    const loop = 'for i in $(seq 0 199); do echo "out $i"; echo "err $i" >&2; done';
    await bash(`$METER run -- bash -c '${loop}' > log 2>&1`);
    expect(await readFile(join(home.folder, "log"), "utf8")).toBe(lines);
  });

  test("a reader that left ends the command as a shell would", async () => {
    const { stdout, stderr } = await bash("$METER run -- yes | head -1; echo $PIPESTATUS");
    expect({ stdout, stderr }).toEqual({ stdout: "y\n141\n", stderr: "" });
  });
});

describe.runIf(isLinux && requireTool("bash"))("what cannot be written", () => {
  const LOST = "claude-meter: output of the command was lost: no space left on device\n";

  test("to a full device is told, and is no success", async () => {
    expect(await bash("$METER run -- echo hi > /dev/full")).toMatchObject({ code: 70, stderr: LOST });
    expect(await bash("$METER run -- sh -c 'echo hi; exit 3' > /dev/full")).toMatchObject({ code: 3, stderr: LOST });
  });

  test.runIf(process.getuid?.() === 0 && requireTool("unshare"))("to a full disk is told once it is full", async () => {
    const folder = join(home.folder, "small");
    await mkdir(folder);
    const line = `mount -t tmpfs -o size=64k small ${folder} && $METER run -- head -c 150000 /dev/zero > ${folder}/log; echo $?`;
    const ended = await runProgram("unshare", ["-m", "bash", "-c", line], { environment });
    expect(ended).toMatchObject({ stdout: "70\n", stderr: LOST });
  });
});

describe.runIf(isLinux && requireTool("bash"))("whatever the command made of itself, it can be ended", () => {
  test.each([
    ["behind timeout", "timeout 60 sleep 60.25", 1],
    ["in a session of its own", "setsid sleep 60.25", 1],
    ["without our environment", "env -i sleep 60.25", 1],
    ["behind a run within the run", '$METER run --on-unknown go -- bash -c "trap : TERM; sleep 60.25; sleep 60.25"', 2],
  ])("%s", async (_name, command, runs) => {
    const countRuns = `$METER runs --json | grep -o '"state":"running"' | wc -l`;
    const isRunning = `until [ "$(${countRuns})" = ${runs} ]; do sleep 0.1; done; sleep 0.5`;
    const ended = await bash(
      `$METER run --kill-after 1s -- ${command} & run=$!; ${isRunning}; kill -TERM $run; wait $run; echo $?; pgrep -f "[s]leep 60[.]25" -s 0`,
    );
    expect(ended.stdout).toBe("143\n");
  });

  test("and is asked once", async () => {
    const line = '(trap "echo got" TERM; for i in 1 2 3 4 5 6; do sleep 0.5; done) & exec sleep 60';
    const { stdout } = await bash(`$METER run -- bash -c '${line}' & run=$!; sleep 1; kill -TERM $run; wait $run; :`);
    expect(stdout.match(/got/g)).toHaveLength(1);
  });

  test("a command whose output was lost is not started again", async () => {
    const event = { type: "rate_limit_event", rate_limit_info: { status: "rejected", rateLimitType: "five_hour" } };
    const info = { ...event.rate_limit_info, resetsAt: Math.round(Date.now() / 1000) + 2 };
    await writeFile(join(home.folder, "event"), `${JSON.stringify({ ...event, rate_limit_info: info })}\n`);
    const ended = await bash("$METER run --resume --grace 0s -- sh -c 'cat event; exit 1' > /dev/full");
    expect(ended.code).toBe(75);
    expect(ended.stderr).toContain("its output cannot be written");
  });
});

describe.runIf(process.platform !== "win32")("--status-file replaces a status file, and nothing else", () => {
  const start = (path: string) => home.run(["run", "--status-file", path, "--", "true"]);

  test("one that is missing, empty, or of an earlier run", async () => {
    const path = join(home.folder, "run.json");
    expect((await start(path)).code).toBe(0);
    expect((await start(path)).code).toBe(0);
    await writeFile(path, "");
    expect((await start(path)).code).toBe(0);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ state: "completed" });
  });

  test("not a device, a folder, a link or somebody's notes", async () => {
    const [notes, link] = [join(home.folder, "notes.json"), join(home.folder, "link.json")];
    await writeFile(notes, '{"my":"notes"}');
    await symlink(notes, link);
    for (const path of ["/dev/null", home.folder, link, notes]) {
      expect(await start(path)).toMatchObject({ code: 64, stdout: "" });
    }
    expect(await readFile(notes, "utf8")).toBe('{"my":"notes"}');
  });
});

describe.runIf(isLinux && requireTool("tmux") && requireTool("bash"))("in the terminal of an interactive shell", () => {
  /** Closed by each test; a failing one leaves it to the end of the run. */
  async function openShell(): Promise<Tmux> {
    const shell = await openTmux("bash --norc --noprofile -i", { columns: 100, lines: 30, environment });
    await shell.shows("bash-");
    return shell;
  }

  test("a background run that reads is stopped, and what is typed goes to the shell", async () => {
    const shell = await openShell();
    await shell.type("$METER run -- cat &", "Enter");
    // The shell tells it with its next prompt.
    const press = async () => {
      await shell.type("Enter");
      return (await shell.readScreen()).join("\n");
    };
    await waitFor(press, (screen) => screen.includes("Stopped"));
    await shell.type("echo to-the-$((1+1))-shell", "Enter");
    await shell.shows("to-the-2-shell");
    await shell.close();
  });

  test("Ctrl-Z stops it, `runs` says so, and fg goes on", async () => {
    const shell = await openShell();
    await shell.type("$METER run -- bash -c 'echo is-$((40+2)); read line; echo got $line'", "Enter");
    await shell.shows("is-42");
    await shell.type("C-z");
    await shell.shows("Stopped");
    const status = await home.readRun();
    const path = join(home.folder, "runs", `${status.id}.json`);
    await writeFile(path, JSON.stringify({ ...status, heartbeat_at: new Date(Date.now() - 60_000).toISOString() }));
    expect((await home.run(["runs", "--json"])).stdout).toContain('"state":"stopped"');
    await shell.type("fg", "Enter");
    await shell.type("hello", "Enter");
    await shell.shows("got hello");
    await shell.close();
  });

  test("a command can ask at /dev/tty", async () => {
    const shell = await openShell();
    await shell.type('$METER run -- bash -c \'read -p "name? " name < /dev/tty; echo "dear $name"\'', "Enter");
    await shell.shows("name?");
    await shell.type("Ada", "Enter");
    await shell.shows("dear Ada");
    await shell.close();
  });

  test.each([
    { name: "nohup", line: "nohup $METER run -- sh -c 'echo up > up; sleep 2; echo done > done' > log 2>&1 &" },
    {
      name: "a script under nohup",
      line: "nohup sh -c \"$METER run -- sh -c 'echo up > up; sleep 2; echo done > done'; true\" > log 2>&1 &",
    },
  ])("$name outlives its terminal, and so does its command", async ({ line }) => {
    const shell = await openShell();
    await shell.type(`cd ${home.folder}; ${line}`, "Enter");
    await waitFor(
      () => readFile(join(home.folder, "up"), "utf8").catch(() => ""),
      (text) => text !== "",
    );
    await shell.close();
    await waitFor(
      () => readFile(join(home.folder, "done"), "utf8").catch(() => ""),
      (text) => text !== "",
    );
    expect(await home.waitForState("completed")).toMatchObject({ exit_code: 0 });
  });
});
