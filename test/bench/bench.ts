// `npm run bench`: what things cost, as ratios measured side by side on this machine. Prints, asserts nothing.
// `npm run bench -- start history` measures only these; `npm run bench -- all` also what takes minutes or the network.
import { cpus } from "node:os";
import { benchBridge } from "./bench-bridge.ts";
import { benchBrowser } from "./bench-browser.ts";
import { benchForecast } from "./bench-forecast.ts";
import { benchHistory } from "./bench-history.ts";
import { benchIdle } from "./bench-idle.ts";
import { benchLeases } from "./bench-leases.ts";
import { benchPeers } from "./bench-peers.ts";
import { benchProxy } from "./bench-proxy.ts";
import { benchRefresh } from "./bench-refresh.ts";
import { benchWorkerSize } from "./bench-size.ts";
import { benchStartUp } from "./bench-start.ts";

const short = {
  start: benchStartUp,
  bridge: benchBridge,
  history: benchHistory,
  forecast: benchForecast,
  proxy: benchProxy,
  size: benchWorkerSize,
};
const long = {
  leases: benchLeases,
  peers: benchPeers,
  idle: benchIdle,
  browser: benchBrowser,
  refresh: benchRefresh,
};
const all: Readonly<Record<string, () => Promise<void>>> = { ...short, ...long };

const asked = process.argv.slice(2);
const names = asked.length === 0 ? Object.keys(short) : asked.includes("all") ? Object.keys(all) : asked;
const unknown = names.find((name) => !Object.hasOwn(all, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${JSON.stringify(unknown)}: ${Object.keys(all).join(", ")}, all.`);
  process.exit(64);
}
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.versions.node}, ${process.platform}`,
);
for (const name of names) await all[name]?.();
