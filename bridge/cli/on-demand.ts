// Everything that a start does not need, built as a program of its own: a file shared with the first one would have to
// be loaded by each call of `guard` or `line`, and a file more costs a fiftieth of it.
import { VERSION } from "../state/version.ts";

export type RunCommand = (args: string[]) => Promise<void>;

export const onDemand = {
  commands: {
    bridge: async () => (await import("./bridge/bridge.ts")).runBridge,
    pair: async () => (await import("./pair/pair.ts")).runPair,
    accounts: async () => (await import("./accounts/accounts.ts")).runAccounts,
    setup: async () => (await import("./setup/setup.ts")).runSetup,
    uninstall: async () => (await import("./setup/setup.ts")).runUninstall,
    extension: async () => (await import("./extension/extension.ts")).runExtension,
    run: async () => (await import("./run/run.ts")).runRun,
    completion: async () => (await import("./completion/completion.ts")).runCompletion,
    leases: async () => (await import("./leases/leases.ts")).runLeases,
    costs: async () => (await import("./costs/costs.ts")).runCosts,
    mcp: async () => (await import("./mcp/mcp.ts")).runMcp,
    metrics: async () => (await import("./metrics/metrics.ts")).runMetrics,
    refresh: async () => (await import("./refresh/refresh.ts")).runRefresh,
    sources: async () => (await import("./sources/sources.ts")).runSources,
    notify: async () => (await import("./notify/notify.ts")).runNotify,
    runs: async () => (await import("./runs/runs.ts")).runRuns,
    history: async () => (await import("./history/history.ts")).runHistory,
    watch: async () => (await import("./watch/watch.ts")).runWatch,
    limits: async () => (await import("./limits/limits.ts")).runLimits,
    why: async () => (await import("./why/why.ts")).runWhy,
    proxy: async () => (await import("./proxy/proxy.ts")).runProxy,
    doctor: async () => (await import("./doctor/doctor.ts")).runDoctor,
    handovers: async () => (await import("./handovers/handovers.ts")).runHandovers,
    help: async () => (await import("./help/print-help.ts")).runHelp,
  } as const satisfies Record<string, () => Promise<RunCommand>>,
  askBridge: async () => (await import("../state/ask-bridge.ts")).askBridge,
  notePrompt: async () => (await import("./hook/note-prompt.ts")).notePrompt,
  tellHandovers: async () => (await import("./hook/tell-handovers.ts")).tellHandovers,
  guardWithLease: async () => (await import("./guard/guard-with-lease.ts")).guardWithLease,
  lookAfterReset: async () => (await import("./guard/look-after-reset.ts")).lookAfterReset,
  tellWanted: async () => (await import("../state/tell-wanted.ts")).tellWanted,
  askForFreshReading: async () => (await import("./guard/ask-for-fresh-reading.ts")).askForFreshReading,
  tellStopFailure: async () => (await import("./hook/tell-stop-failure.ts")).tellStopFailure,
  waitForGo: async () => (await import("./guard/wait-for-go.ts")).waitForGo,
  findNear: async () => (await import("./help/find-near.ts")).findNear,
  honourNohup: async () => (await import("../state/hangup.ts")).honourNohup,
  version: VERSION,
};
