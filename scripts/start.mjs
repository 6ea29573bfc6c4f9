// `npm start` once everything is built: browsers may start the bridge, and this one runs it here, in the foreground.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../dist/bridge/cli.js", import.meta.url));

/** Resolves when it has ended well; a program that fails ends this one with its own exit code. */
async function run(args, stdout = "inherit") {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["inherit", stdout, "inherit"] });
  const pass = (signal) => child.kill(signal);
  process.on("SIGTERM", pass);
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  process.off("SIGTERM", pass);
  if (code !== 0) process.exit(code ?? 1);
}

// Ctrl-C reaches the bridge as well; its last line comes before the prompt does.
process.on("SIGINT", () => undefined);

await run(["setup", "--yes", "--no-autostart"]);
// An older build may still be running.
await run(["bridge", "stop"], "ignore");
await run(["bridge", "run"]);
