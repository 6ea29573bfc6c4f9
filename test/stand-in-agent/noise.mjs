// Prints so many pseudo-random bytes on stdout and stderr: `noise.mjs <bytes> <seed>`. Every byte value comes, line feeds too.
import { once } from "node:events";

const [, , count = "0", seed = "1"] = process.argv;
await Promise.all([print(process.stdout, Number(seed)), print(process.stderr, Number(seed) + 1)]);

async function print(stream, first) {
  let state = first;
  for (let left = Number(count); left > 0; ) {
    // Odd sizes, so that no chunk ends where a reader's buffer does.
    const chunk = Buffer.alloc(Math.min(left, 10_007));
    for (let index = 0; index < chunk.length; index += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      chunk[index] = state >>> 24;
    }
    left -= chunk.length;
    if (!stream.write(chunk)) await once(stream, "drain");
  }
}
