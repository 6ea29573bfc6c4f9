// A proxy for one run: started before its command, restarted on its own port when it dies, ended with it. If its port is
// taken meanwhile the command has to end, because its credential would go to whoever took it.
import { type ChildProcess, spawn } from "node:child_process";
import * as z from "zod/mini";
import { heldMessageSchema, type WaitRules } from "../../state/wait-rules.ts";
import { CliError } from "../cli-error.ts";
import { toProxyArguments, UPSTREAM } from "./proxy.ts";
import { findObstacle, toProxyEnvironment } from "./proxy-environment.ts";
import { readSettingsEnvironment } from "./read-claude-settings.ts";

const MAX_RESTARTS = 5;
const READY_LIMIT_MS = 10_000;

const readySchema = z.object({ port: z.int() });

export type RunProxy = { environment: Record<string, string>; close: () => void };

export type RunProxyOptions = {
  rules: WaitRules;
  /** When the next of its held turns goes on; undefined when none is held. */
  onHeld: (untilMs: number | undefined) => void;
  say: (words: string) => void;
  /** The proxy is gone for good. */
  onLost: () => void;
};

/** Throws CliError when it cannot be started, or nothing would pass it. */
export async function openRunProxy({ onHeld, onLost, rules, say }: RunProxyOptions): Promise<RunProxy> {
  const settings = readSettingsEnvironment(process.cwd());
  const obstacle = findObstacle(process.env, settings);
  if (obstacle !== undefined) throw new CliError("usage", obstacle);
  let isClosing = false;
  let restarts = 0;
  let child: ChildProcess;
  const watch = (port: number) => {
    child.on("message", (message) => {
      const held = heldMessageSchema.safeParse(message).data;
      if (held && !isClosing) onHeld(held.until ?? undefined);
    });
    child.once("exit", (code, signal) => {
      if (isClosing) return;
      restarts += 1;
      onHeld(undefined);
      say(`claude-meter: the proxy has ended (${signal ?? code}); restarting it`);
      void restart(port);
    });
  };
  const restart = async (port: number) => {
    const next = restarts > MAX_RESTARTS ? undefined : await start(port, rules);
    if (isClosing) return void next?.child.kill();
    if (!next) {
      say("claude-meter: the proxy cannot be restarted: ending the command, so that its credential goes nowhere else");
      return onLost();
    }
    child = next.child;
    watch(port);
  };
  const started = await start(0, rules);
  if (!started) throw new CliError("internal", "the proxy did not start.");
  child = started.child;
  watch(started.port);
  return {
    environment: toProxyEnvironment({ port: started.port, holds: rules.hold_ms !== null }, process.env, settings),
    close: () => {
      isClosing = true;
      child.kill();
    },
  };
}

async function start(port: number, rules: WaitRules): Promise<{ child: ChildProcess; port: number } | undefined> {
  const child = spawn(process.execPath, toProxyArguments("run", port, UPSTREAM, rules), {
    // What is typed at the terminal is for the command.
    detached: process.platform !== "win32",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return await new Promise((resolve) => {
    const limit = setTimeout(() => child.kill("SIGKILL"), READY_LIMIT_MS);
    child.once("message", (message) => {
      clearTimeout(limit);
      const ready = readySchema.safeParse(message).data;
      // The run ends without waiting for it.
      child.unref();
      child.channel?.unref();
      resolve(ready && { child, port: ready.port });
    });
    child.once("exit", () => {
      clearTimeout(limit);
      resolve(undefined);
    });
    child.once("error", () => resolve(undefined));
  });
}
