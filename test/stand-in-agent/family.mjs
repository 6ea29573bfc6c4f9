// A command with a child of its own: `family.mjs <mode>`. Prints both process ids as JSON, then
//   stays      both stay until they are ended
//   stubborn   both ignore every signal that can be ignored
//   leaves     ends at once; the child stays, and holds stdout
//   daemon     ends at once; the child stays, with its output elsewhere
import { spawn } from "node:child_process";

const mode = process.argv[2];
const ignore = 'for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => {});';
const code = `${mode === "stubborn" ? ignore : ""} setInterval(() => {}, 1000); process.send?.("up");`;
const output = mode === "daemon" ? "ignore" : "inherit";
const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", output, output, "ipc"] });

child.once("message", () => {
  process.stdout.write(`${JSON.stringify({ own: process.pid, child: child.pid })}\n`);
  child.disconnect();
  if (mode === "leaves" || mode === "daemon") process.exit(0);
  if (mode === "stubborn") for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => {});
  setInterval(() => {}, 1000);
});
