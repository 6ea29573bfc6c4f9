// `claude-meter proxy [env]`: the proxy in the foreground as a process of its own, and the environment for one client.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder } from "../../state/paths.ts";
import { findProxy, PROXY_PORT } from "../../state/proxy-place.ts";
import type { WaitRules } from "../../state/wait-rules.ts";
import { CliError } from "../cli-error.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { findObstacle, toProxyEnvironment } from "./proxy-environment.ts";
import { readSettingsEnvironment } from "./read-claude-settings.ts";
import { toWaitRules } from "./to-wait-rules.ts";

export const proxyOptionNames = {
  command: "proxy",
  words: ["env"],
  flags: ["json", "smooth"],
  texts: ["port", "upstream", "hold", "grace", "spread"],
} as const satisfies OptionNames;

export const UPSTREAM = "https://api.anthropic.com";

export async function runProxy(args: string[]): Promise<void> {
  const given = parseOptions(args, proxyOptionNames);
  const [port, upstream] = [given.text("port"), given.text("upstream")];
  const rules = toWaitRules(given);
  if (given.word === "env") {
    const isOfProxy = given.has("smooth") || proxyOptionNames.texts.some((name) => given.text(name) !== undefined);
    if (isOfProxy) throw new CliError("usage", "env takes --json only; all else is for the proxy itself.");
    return await printEnvironment(given.has("json"));
  }
  if (given.has("json")) throw new CliError("usage", "--json belongs to `claude-meter proxy env`.");
  process.exitCode = await runInForeground(toProxyArguments("foreground", toPort(port), toUpstream(upstream), rules));
}

/** The arguments of Node for the proxy, as a process of its own. */
export function toProxyArguments(
  mode: "foreground" | "run",
  port: number,
  upstream: string,
  rules: WaitRules,
): string[] {
  return [join(__dirname, "proxy.js"), mode, String(port), upstream, JSON.stringify(rules)];
}

async function runInForeground(programArguments: string[]): Promise<number> {
  const running = await findProxy(toStateFolder());
  if (running)
    throw new CliError("usage", `a proxy is already running on 127.0.0.1:${running.port} (pid ${running.pid}).`);
  const child = spawn(process.execPath, programArguments, {
    // A Ctrl-C must reach it once.
    detached: process.platform !== "win32",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? exitCodes.internal));
  });
}

async function printEnvironment(isJson: boolean): Promise<void> {
  const place = await findProxy(toStateFolder());
  if (!place) throw new CliError("unknown", "the proxy is not running: start it with `claude-meter proxy`.");
  const settings = readSettingsEnvironment(process.cwd());
  const obstacle = findObstacle(process.env, settings, `http://127.0.0.1:${place.port}`);
  if (obstacle !== undefined) throw new CliError("usage", obstacle);
  const environment = toProxyEnvironment(place, process.env, settings);
  if (isJson) return writeOut(`${JSON.stringify(environment)}\n`);
  writeOut(
    Object.entries(environment)
      .map(([name, value]) => `export ${name}=${quote(value)}\n`)
      .join(""),
  );
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function toPort(text: string | undefined): number {
  if (text === undefined) return PROXY_PORT;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new CliError("usage", "--port needs a number up to 65535; 0 takes a free port.");
}

function toUpstream(text: string = UPSTREAM): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.pathname === "/" && url.search === "" && url.username === "" && url.password === "";
  if (url?.protocol === "https:" && isPlain) return url.origin;
  throw new CliError("usage", "--upstream needs an https URL without a path, such as https://api.anthropic.com.");
}
