// A stand-in `claude` that is asked for its usage, as 2.1.332 answers. $HOME/usage-client.json says how; each start is noted.
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const folder = process.env.CLAUDE_CONFIG_DIR ?? process.env.HOME;
const { rateLimits = null, mode, loginAfter } = JSON.parse(readFileSync(join(folder, "usage-client.json"), "utf8"));
const { HOME: _home, PATH: _path, ...rest } = process.env;
appendFileSync(
  join(folder, "asks.log"),
  `${JSON.stringify({ pid: process.pid, args: process.argv.slice(2), folder: process.cwd(), environment: rest })}\n`,
);

if (mode === "hang") {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  appendFileSync(join(folder, "children.log"), `${child.pid}\n`);
  process.on("SIGTERM", () => undefined);
  setInterval(() => undefined, 1_000);
}
if (mode === "flood") {
  const chunk = "x".repeat(1024 * 1024);
  setInterval(() => process.stdout.write(chunk), 1);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { request_id, request } = JSON.parse(line);
  if (mode) continue;
  const response =
    request.subtype === "get_usage"
      ? { session: {}, subscription_type: "max", rate_limits_available: rateLimits !== null, rate_limits: rateLimits }
      : { commands: [] };
  if (request.subtype === "get_usage" && loginAfter)
    await (await import("node:fs/promises")).writeFile(join(folder, ".claude.json"), loginAfter);
  process.stdout.write(
    `${JSON.stringify({ type: "control_response", response: { subtype: "success", request_id, response } })}\n`,
  );
}
