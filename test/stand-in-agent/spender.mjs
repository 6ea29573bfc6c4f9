// A stand-in for an agent that uses quota: adds up points in a file of its own while it works, and then ends.
// spender.mjs <folder> <points> <milliseconds>
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder = ".", points = "1", lengthMs = "1000"] = process.argv.slice(2);
const path = join(folder, `${process.pid}.spent`);
const startedMs = Date.now();

function spend() {
  const share = Math.min(1, (Date.now() - startedMs) / Number(lengthMs));
  writeFileSync(path, String(Number(points) * share));
  if (share < 1) setTimeout(spend, 50);
}
spend();
