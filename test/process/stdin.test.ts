// What Claude Code's commands make of their stdin, however it comes: real processes, with and without Claude Code above them.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, openSync, write } from "node:fs";
import { writeFile } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Home } from "../harness/home.ts";
import { CLI_PATH } from "../harness/program.ts";
import { createUsualRow, toMoment } from "../harness/recent-row.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";

/** A session at 42 %, and a tool that goes on whatever the quota; the row itself is at 97 %. */
const whole = Buffer.from(
  JSON.stringify({
    model: { id: "claude-opus-4-8", display_name: "寓話" },
    rate_limits: { five_hour: { used_percentage: 42, resets_at: Math.round(Date.parse(toMoment(7_200_000)) / 1000) } },
    tool_name: "Write",
  }),
);
/** In the middle of a character. */
const inCharacter = whole.indexOf("寓") + 1;
const broken = Buffer.from(whole);
broken[inCharacter] = 0xff;

const commands = [
  { args: ["statusline"], heard: /^5h 42%/, unheard: /^5h 97%/ },
  { args: ["hook", "pre-tool", "--allow-tool", "Write"], heard: /^\{\}\n$/, unheard: /"deny"/ },
] as const;
const parents = [
  { parent: "Claude Code", environment: { CLAUDE_PROJECT_DIR: "/" } },
  { parent: "anybody", environment: {} },
] as const;

type Feeder = { write: (bytes: Buffer) => void; end: () => void };
type End = { stdout: string; code: number | null; signal: NodeJS.Signals | null; tookMs: number };
let claude: Home;

test.beforeEach(async ({ home }) => {
  claude = home;
  await claude.publish(createUsualRow(97, 28));
});

type Start = { environment?: Record<string, string>; stdin: "pipe" | number; shell?: string };

/** Through a shell when its words are given: `"$@"` in them is the command. */
function start(args: readonly string[], { environment, stdin, shell }: Start) {
  const { CLAUDE_PROJECT_DIR, ...inherited } = process.env;
  const command = [process.execPath, CLI_PATH, ...args];
  const [program = "", ...rest] = shell === undefined ? command : ["sh", "-c", shell, "sh", ...command];
  const startedMs = Date.now();
  const child = spawn(program, rest, {
    cwd: claude.folder,
    env: { ...inherited, CLAUDE_METER_HOME: claude.folder, CLAUDE_CONFIG_DIR: claude.folder, ...environment },
    stdio: [stdin, "pipe", "inherit"],
  });
  child.stdin?.on("error", () => {
    // It ended without reading all, as it may.
  });
  const ended = new Promise<Omit<End, "stdout">>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, tookMs: Date.now() - startedMs }));
  });
  const stdout: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  const read = async (): Promise<End> => {
    const end = await ended;
    return { stdout: Buffer.concat(stdout).toString("utf8"), ...end };
  };
  return { child, read };
}

async function runOnSocket(args: readonly string[], environment: Record<string, string>, feed: (to: Feeder) => void) {
  const { child, read } = start(args, { environment, stdin: "pipe" });
  feed({ write: (bytes) => child.stdin?.write(bytes), end: () => child.stdin?.end() });
  const end = await read();
  child.stdin?.destroy();
  return end;
}

async function runOnPipe(args: readonly string[], environment: Record<string, string>, feed: (to: Feeder) => void) {
  const path = join(claude.folder, "pipe");
  spawnSync("mkfifo", [path]);
  // Opened for both it waits for nobody; but then nobody would see that the reader has gone.
  const both = openSync(path, constants.O_RDWR);
  const reader = openSync(path, constants.O_RDONLY);
  const writer = openSync(path, constants.O_WRONLY);
  closeSync(both);
  const { read } = start(args, { environment, stdin: reader });
  closeSync(reader);
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(writer);
    isOpen = false;
  };
  let last = Promise.resolve();
  const put = (bytes: Buffer) =>
    new Promise<void>((resolve) => {
      // Closed, its number can be another file's by now.
      if (isOpen) write(writer, bytes, () => resolve());
      else resolve();
    });
  feed({
    write: (bytes) => {
      last = last.then(() => put(bytes));
    },
    end: () => void last.then(close),
  });
  const end = await read();
  close();
  return end;
}

const kinds = [
  { kind: "a socket", run: runOnSocket },
  { kind: "a pipe", run: runOnPipe },
] as const;

type Case = { name: string; isHeard: boolean; feed: (to: Feeder) => void };

function at(ms: number, act: () => void): void {
  setTimeout(act, ms);
}

const closed: readonly Case[] = [
  {
    name: "written at once and closed",
    isHeard: true,
    feed: ({ write, end }) => {
      write(whole);
      end();
    },
  },
  {
    name: "written late",
    isHeard: true,
    feed: ({ write, end }) =>
      at(200, () => {
        write(whole);
        end();
      }),
  },
  {
    name: "split within a character",
    isHeard: true,
    feed: ({ write, end }) => {
      write(whole.subarray(0, inCharacter));
      at(100, () => write(whole.subarray(inCharacter, inCharacter + 1)));
      at(150, () => {
        write(whole.subarray(inCharacter + 1));
        end();
      });
    },
  },
  {
    name: "with a broken character, split there",
    isHeard: true,
    feed: ({ write, end }) => {
      write(broken.subarray(0, inCharacter));
      at(100, () => {
        write(broken.subarray(inCharacter));
        end();
      });
    },
  },
  { name: "whole and left open", isHeard: true, feed: ({ write }) => write(whole) },
  { name: "closed without a word", isHeard: false, feed: ({ end }) => end() },
  {
    name: "half and closed",
    isHeard: false,
    feed: ({ write, end }) => {
      write(whole.subarray(0, inCharacter));
      end();
    },
  },
];

/** Ended by our time limit alone. */
const endless: readonly Case[] = [
  { name: "never written and left open", isHeard: false, feed: () => undefined },
  { name: "half and left open", isHeard: false, feed: ({ write }) => write(whole.subarray(0, inCharacter)) },
];

const nineMegabytes = Buffer.from(`{"a":"${"x".repeat(9 * 1024 * 1024)}`);
const tooLong: Case = {
  name: "longer than any input, and left open",
  isHeard: false,
  feed: ({ write }) => write(nineMegabytes),
};

const setups = commands.flatMap((command) =>
  parents.flatMap(({ parent, environment }) =>
    kinds.map(({ kind, run }) => ({ ...command, command: command.args[0], parent, environment, kind, run })),
  ),
);

describe.each(setups)("$command, called by $parent, on $kind", ({ args, environment, parent, run, heard, unheard }) => {
  test.each([...closed, tooLong])("$name", async ({ isHeard, feed }) => {
    const { stdout, code } = await run(args, environment, feed);
    expect(stdout).toMatch(isHeard ? heard : unheard);
    expect(code).toBe(0);
  });

  test("written a second late: waited for in Claude Code, and not for anybody", async () => {
    const { stdout, code } = await run(args, environment, ({ write, end }) =>
      at(1_000, () => {
        write(whole);
        end();
      }),
    );
    expect(stdout).toMatch(parent === "Claude Code" ? heard : unheard);
    expect(code).toBe(0);
  });

  test.each(endless)("$name: answered within its time", async ({ feed }) => {
    const { stdout, code, signal, tookMs } = await run(args, environment, feed);
    expect(stdout).toMatch(unheard);
    // Claude Code always writes; what claims to be it and does not leaves a read that Node 20 can only end with itself.
    const isStuck = parent === "Claude Code" && !("execve" in process);
    expect([code, signal]).toEqual(isStuck ? [null, "SIGKILL"] : [0, null]);
    expect(tookMs).toBeGreaterThan(500);
    expect(tookMs).toBeLessThan(10_000);
  });
});

describe.each(commands)("$args.0, when stdin is", ({ args, heard, unheard }) => {
  test.each(parents)("a file, called by $parent", async ({ environment }) => {
    const path = join(claude.folder, "input.json");
    await writeFile(path, whole);
    const stdin = openSync(path, "r");
    const { stdout, code } = await start(args, { environment, stdin }).read();
    closeSync(stdin);
    expect(stdout).toMatch(heard);
    expect(code).toBe(0);
  });

  test.each(parents)("/dev/null or closed, called by $parent, there is nothing to hear", async ({ environment }) => {
    const stdin = openSync("/dev/null", "r");
    for (const shell of ['exec "$@"', 'exec "$@" <&-']) {
      const { stdout, code } = await start(args, { environment, stdin, shell }).read();
      expect(stdout).toMatch(unheard);
      expect(code).toBe(0);
    }
    closeSync(stdin);
  });

  test.each(parents)("a folder, called by $parent, there is nothing to hear", async ({ environment }) => {
    const stdin = openSync(claude.folder, "r");
    const { stdout, code } = await start(args, { environment, stdin }).read();
    closeSync(stdin);
    expect(stdout).toMatch(unheard);
    expect(code).toBe(0);
  });

  test.runIf(platform() === "linux" && requireTool("script"))("a terminal, nobody is waited for", async () => {
    const shell = 'exec script -qec "$*" /dev/null';
    const { stdout, tookMs } = await start(args, { stdin: "pipe", shell }).read();
    expect(stdout.replaceAll("\r", "")).toMatch(unheard);
    expect(tookMs).toBeLessThan(10_000);
  });

  test.each(parents)("a pipe that another has made non-blocking, called by $parent", async ({ environment }) => {
    // The other one keeps it so as long as it lives.
    const makeNonBlocking =
      'void process.stdin; require("node:fs").writeFileSync("is-made", ""); setInterval(() => {}, 1000)';
    const shell = `exec 3<&0; node -e '${makeNonBlocking}' <&3 >/dev/null & other=$!
      until [ -e is-made ]; do :; done
      echo ready; "$@"; code=$?; kill $other; exit $code`;
    const { child, read } = start(args, { environment: { ...environment }, stdin: "pipe", shell });
    child.stdout?.once("data", () => at(300, () => child.stdin?.end(whole)));
    const { stdout, code } = await read();
    expect(stdout.replace("ready\n", "")).toMatch(heard);
    expect(code).toBe(0);
  });
});
