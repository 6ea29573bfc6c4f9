// A stand-in `claude` that is asked for its usage, as 2.1.332 answers. usage-client.json beside the login says how; each start
// is noted, and what was read as well, as the client notes it in its settings.
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const folder = process.env.CLAUDE_CONFIG_DIR ?? process.env.HOME;
const {
  rateLimits = null,
  mode,
  isOld = false,
  loginAfter,
} = JSON.parse(readFileSync(join(folder, "usage-client.json"), "utf8"));
const { HOME: _home, PATH: _path, ...environment } = process.env;
const note = { pid: process.pid, args: process.argv.slice(2), folder: process.cwd(), environment };
appendFileSync(join(folder, "asks.log"), `${JSON.stringify(note)}\n`);

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

function keep() {
  const path = join(folder, ".claude.json");
  const settings = JSON.parse(readFileSync(path, "utf8"));
  const { accountUuid } = settings.oauthAccount;
  settings.cachedUsageUtilization = { fetchedAtMs: Date.now(), accountUuid, utilization: rateLimits };
  writeFileSync(path, loginAfter ?? JSON.stringify(settings, null, 2));
}

function answer(subtype) {
  if (subtype !== "get_usage") return { commands: [] };
  // Without a network it shows what it noted before, and notes nothing.
  if (rateLimits !== null && !isOld) keep();
  return { session: {}, subscription_type: "max", rate_limits_available: true, rate_limits: rateLimits };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (mode) continue;
  const { request_id, request } = JSON.parse(line);
  const response = { subtype: "success", request_id, response: answer(request.subtype) };
  process.stdout.write(`${JSON.stringify({ type: "control_response", response })}\n`);
}
