// A run whose requests pass a proxy of its own: in the command's environment alone, and never another program's port.
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { Home } from "../harness/home.ts";
import type { Program } from "../harness/program.ts";
import { createUsualRow } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

const SHOW = 'echo "url=$ANTHROPIC_BASE_URL first=$_CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL"';

/** The command stays until it is told to end. */
async function startRun(home: Home): Promise<{ run: Program; port: number }> {
  await home.publish(createUsualRow(20, 20));
  await home.login();
  const run = home.start(["run", "--proxy", "--", "sh", "-c", `${SHOW}; sleep 60`]);
  const said = await waitFor(run.stdout, (text) => text.includes("first="));
  return { run, port: Number(/url=http:\/\/127\.0\.0\.1:(\d+) first=1/.exec(said)?.[1]) };
}

function readChildren(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

function readProxyPid(run: Program): number {
  const isProxy = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("proxy.js");
  return readChildren(run.pid).find(isProxy) ?? Number.NaN;
}

async function isListening(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("run --proxy", () => {
  test("starts one before the command and ends it with the run", async ({ home }) => {
    const { run, port } = await startRun(home);
    expect(await isListening(port)).toBe(true);
    run.kill("SIGTERM");
    await run.ended;
    await waitFor(
      () => isListening(port),
      (listening) => !listening,
    );
  });

  test("that dies is restarted on its port", async ({ home }) => {
    const { run, port } = await startRun(home);
    const first = readProxyPid(run);
    process.kill(first, "SIGKILL");
    await run.hasSaid("the proxy has ended (SIGKILL); restarting it");
    await waitFor(
      () => isListening(port),
      (listening) => listening,
    );
    expect(readProxyPid(run)).not.toBe(first);
    run.kill("SIGTERM");
    await run.ended;
  });

  test("whose port another program has taken ends the command", async ({ home }) => {
    const { run, port } = await startRun(home);
    const squatter = createServer((socket) => socket.destroy());
    // The next proxy takes longer to start than the other to listen.
    process.kill(readProxyPid(run), "SIGKILL");
    await new Promise<void>((resolve) => {
      const listen = () => squatter.listen(port, "127.0.0.1");
      squatter.on("error", () => setImmediate(listen));
      squatter.on("listening", resolve);
      listen();
    });
    await run.hasSaid("ending the command, so that its credential goes nowhere else");
    expect((await run.ended).signal).toBe("SIGTERM");
    await new Promise((resolve) => squatter.close(resolve));
  });

  test.for([
    ["a base URL in the environment", { ANTHROPIC_BASE_URL: "https://gateway.example" }, undefined],
    ["a base URL in the settings", {}, { env: { ANTHROPIC_BASE_URL: "https://gateway.example" } }],
  ] as const)("is refused with %s, and nothing is started", async ([, environment, settings], { home }) => {
    await home.publish(createUsualRow(20, 20));
    await home.login();
    if (settings) {
      await mkdir(join(home.folder, ".claude"));
      await writeFile(join(home.folder, ".claude", "settings.json"), JSON.stringify(settings));
    }
    const ended = await home.run(["run", "--proxy", "--", "sh", "-c", "echo started"], { environment });
    expect([ended.code, ended.stdout]).toEqual([64, ""]);
    expect(ended.stderr).toContain("ANTHROPIC_BASE_URL");
  });

  test.for([
    ["--hold without --proxy", ["--hold", "1h"]],
    ["--smooth without --proxy", ["--smooth"]],
    ["a hold of no time", ["--proxy", "--hold", "0"]],
  ] as const)("refuses %s", async ([, options], { home }) => {
    const ended = await home.run(["run", ...options, "--", "sh", "-c", "echo started"]);
    expect([ended.code, ended.stdout]).toEqual([64, ""]);
  });

  test("leaves a run without it as it was", async ({ home }) => {
    await home.publish(createUsualRow(20, 20));
    await home.login();
    const ended = await home.run(["run", "--", "sh", "-c", SHOW]);
    expect([ended.code, ended.stdout]).toEqual([0, "url= first=\n"]);
  });
});
