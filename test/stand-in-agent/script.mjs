// Plays a script given as JSON: `script.mjs '<steps>'`, each step one of
//   {"out": text} {"err": text}      prints it
//   {"waitFor": path}                until a file is there
//   {"on": signal, "code": n}        from here on answers a signal with a word and an exit code; 0 goes on
//   {"stay": true}                   until it is ended
//   {"code": n}                      exits
//   {"signal": name}                 ends itself by a signal
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

for (const step of JSON.parse(process.argv[2] ?? "[]")) await play(step);

async function play(step) {
  if (step.on) process.on(step.on, () => answer(step));
  else if (step.out !== undefined) process.stdout.write(step.out);
  else if (step.err !== undefined) process.stderr.write(step.err);
  else if (step.waitFor) while (!existsSync(step.waitFor)) await sleep(20);
  else if (step.stay) await new Promise(() => setInterval(() => {}, 1000));
  else if (step.signal) {
    process.kill(process.pid, step.signal);
    // Until it is delivered.
    await sleep(5_000);
  } else if (step.code !== undefined) process.exit(step.code);
}

function answer({ on, code }) {
  process.stdout.write(`got ${on}\n`, () => {
    if (code) process.exit(code);
  });
}
