// Loaded into a process before its own code (`node --import`): on SIGUSR2 it writes to MEMORY_FILE how many bytes are alive,
// heap and buffers. What a process has from the system says little: V8 keeps what it may need again.
import { renameSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

process.on("SIGUSR2", () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  // In one step, so that nobody reads half of it.
  writeFileSync(`${process.env.MEMORY_FILE}.new`, String(heapUsed + external));
  renameSync(`${process.env.MEMORY_FILE}.new`, process.env.MEMORY_FILE);
});
