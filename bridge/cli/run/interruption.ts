// Signals that come from outside while a run lasts: handed on to the command, and remembered. A second Ctrl-C ends all.
import type { Child } from "./child.ts";
import { isForeground } from "./members.ts";

/** These mean the end; the others are handed on only. */
const ENDING = ["SIGTERM", "SIGHUP"] as const;
const KEYBOARD = ["SIGINT", "SIGQUIT"] as const;
const PASSED = ["SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;

export type Interruption = {
  /** Aborted by the first signal that means the end, for whatever is being waited for. */
  abort: AbortSignal;
  received: () => NodeJS.Signals | undefined;
  /** From here on signals go to this command; undefined while none runs. */
  watch: (child: Child | undefined) => void;
  stop: () => void;
};

export type InterruptionOptions = {
  /** The command has the terminal for itself. */
  hasTerminal: boolean;
  ignoresHangup: boolean;
  onSecond: () => void;
};

export function createInterruption(options: InterruptionOptions): Interruption {
  const { hasTerminal, ignoresHangup, onSecond } = options;
  const controller = new AbortController();
  let child: Child | undefined;
  let received: NodeJS.Signals | undefined;
  /** A key counts as the second of its kind also where something else asked for the end before. */
  let typed: NodeJS.Signals | undefined;

  /** Ctrl-C and Ctrl-\\ reach the command without us when we share the terminal's foreground. */
  const onKeyboard = (signal: NodeJS.Signals) => {
    // In a terminal of its own an agent may use Ctrl-C for less than its end.
    if (hasTerminal && child) return;
    const isSecond = typed === signal;
    typed ??= signal;
    received ??= signal;
    controller.abort();
    if (isSecond) child?.signal("SIGKILL");
    else if (isForeground()) child?.signalElsewhere(signal);
    else child?.signal(signal);
    if (isSecond) onSecond();
  };
  const onEnding = (signal: NodeJS.Signals) => {
    received ??= signal;
    controller.abort();
    child?.end(signal);
  };
  const onPassed = (signal: NodeJS.Signals) => {
    // The terminal tells its new size to the whole foreground.
    if (signal !== "SIGWINCH" || !isForeground()) child?.signal(signal);
  };
  const onStop = () => {
    if (!isForeground()) child?.signal("SIGTSTP");
    process.kill(process.pid, "SIGSTOP");
  };
  const onContinue = () => child?.signal("SIGCONT");

  const handlers = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();
  for (const signal of KEYBOARD) handlers.set(signal, onKeyboard);
  for (const signal of ENDING) handlers.set(signal, onEnding);
  if (ignoresHangup) handlers.set("SIGHUP", () => undefined);
  for (const signal of PASSED) handlers.set(signal, onPassed);
  if (!hasTerminal) handlers.set("SIGTSTP", onStop).set("SIGCONT", onContinue);
  for (const [signal, handler] of handlers) process.on(signal, handler);

  return {
    abort: controller.signal,
    received: () => received,
    watch: (next) => {
      child = next;
      // It came while the command was being started.
      if (received) child?.end(received);
    },
    stop: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
