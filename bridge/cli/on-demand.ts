// Everything that a start does not need, built as a program of its own: a file shared with the first one would have to
// be loaded by each call of `guard` or `line`, and a file more costs a fiftieth of it.
import { VERSION } from "../state/version.ts";

export type Run = (args: string[]) => Promise<void>;

export const onDemand = {
  commands: {
    bridge: async () => (await import("./commands/bridge.ts")).runBridge,
    pair: async () => (await import("./commands/pair.ts")).runPair,
    accounts: async () => (await import("./commands/accounts.ts")).runAccounts,
    setup: async () => (await import("./commands/setup.ts")).runSetup,
    uninstall: async () => (await import("./commands/setup.ts")).runUninstall,
    extension: async () => (await import("./commands/extension.ts")).runExtension,
    run: async () => (await import("./commands/run.ts")).runRun,
    completion: async () => (await import("./commands/completion.ts")).runCompletion,
    metrics: async () => (await import("./commands/metrics.ts")).runMetrics,
    runs: async () => (await import("./commands/runs.ts")).runRuns,
    history: async () => (await import("./commands/history.ts")).runHistory,
    watch: async () => (await import("./commands/watch.ts")).runWatch,
    doctor: async () => (await import("./commands/doctor.ts")).runDoctor,
    help: async () => (await import("./commands/help.ts")).runHelp,
  } as const satisfies Record<string, () => Promise<Run>>,
  renderTable: async () => (await import("./render-table.ts")).renderTable,
  askBridge: async () => (await import("../state/ask-bridge.ts")).askBridge,
  waitForGo: async () => (await import("./guard/wait-for-go.ts")).waitForGo,
  version: VERSION,
};
