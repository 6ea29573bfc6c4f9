// A real tmux with one pane: a terminal that a test types into, looks at and resizes.
import { join } from "node:path";
import { createFolder, removeFolder } from "./folder.ts";
import { runProgram } from "./program.ts";
import { waitFor } from "./wait-for.ts";

/** What the pane's terminal is set to. */
export type Modes = { alternateScreen: boolean; cursor: boolean; wrap: boolean };

export type Tmux = {
  /** The visible lines, without the empty ones at the end. */
  readScreen: () => Promise<string[]>;
  /** Waits until all of these stand on the screen. */
  shows: (...texts: readonly string[]) => Promise<string[]>;
  /** Keys by tmux's names: q, Up, C-c. */
  type: (...keys: readonly string[]) => Promise<void>;
  resize: (columns: number, lines: number) => Promise<void>;
  readModes: () => Promise<Modes>;
  close: () => Promise<void>;
};

export type TmuxOptions = { columns: number; lines: number; environment: Record<string, string> };

/** Runs a command of the shell in it. */
export async function openTmux(command: string, { columns, lines, environment }: TmuxOptions): Promise<Tmux> {
  const folder = await createFolder();
  const own = { TERM: "xterm-256color", SHELL: "/bin/sh", LC_ALL: "C.UTF-8", ...environment };
  const tmux = async (...args: readonly string[]) => {
    const all = ["-f", "/dev/null", "-S", join(folder, "s"), ...args];
    const { stdout, stderr, code } = await runProgram("tmux", all, { environment: own });
    if (code !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`);
    return stdout;
  };
  await tmux("new-session", "-d", "-x", String(columns), "-y", String(lines), command);
  await tmux("set", "-g", "status", "off", ";", "set", "-g", "remain-on-exit", "on");
  await tmux("resize-window", "-x", String(columns), "-y", String(lines));
  const readScreen = async () => (await tmux("capture-pane", "-p")).trimEnd().split("\n");
  return {
    readScreen,
    shows: async (...texts) =>
      await waitFor(readScreen, (screen) => texts.every((text) => screen.join("\n").includes(text))),
    type: async (...keys) => void (await tmux("send-keys", ...keys)),
    resize: async (toColumns, toLines) =>
      void (await tmux("resize-window", "-x", String(toColumns), "-y", String(toLines))),
    readModes: async () => {
      const flags = await tmux("display-message", "-p", "#{alternate_on}#{cursor_flag}#{wrap_flag}");
      const [alternateScreen, cursor, wrap] = [...flags.trim()].map((flag) => flag === "1");
      return { alternateScreen: alternateScreen === true, cursor: cursor === true, wrap: wrap === true };
    },
    close: async () => {
      await tmux("kill-server");
      await removeFolder(folder);
    },
  };
}
