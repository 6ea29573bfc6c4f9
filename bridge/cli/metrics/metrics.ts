// `claude-meter metrics`: what Prometheus would read, and the file with the token that lets it.
import { resolve } from "node:path";
import { askBridgeForText } from "../../state/ask-bridge.ts";
import { ensureMetricsToken, toMetricsTokenPath, writeNewMetricsToken } from "../../state/metrics-token.ts";
import { toStateFolder } from "../../state/paths.ts";
import { CliError } from "../cli-error.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";

export const metricsOptionNames = {
  command: "metrics",
  flags: ["token-file", "new-token"],
  texts: [],
} as const satisfies OptionNames;

export async function runMetrics(args: string[]): Promise<void> {
  const given = parseOptions(args, metricsOptionNames);
  const folder = resolve(toStateFolder());
  if (given.has("new-token")) await writeNewMetricsToken(folder);
  else if (given.has("token-file")) await ensureMetricsToken(folder);
  else return await printMetrics();
  writeOut(`${toMetricsTokenPath(folder)}\n`);
}

async function printMetrics(): Promise<void> {
  const text = await askBridgeForText("GET", "/metrics");
  if (text === undefined) {
    throw new CliError("unknown", "the bridge is not running: start it with `claude-meter bridge start`.");
  }
  writeOut(text);
}
