// The ways a file can be found broken: bits that fell over, an end that is missing, something else in its place.
import { mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import type { Random } from "./random.ts";

export type Damage = { name: string; apply: (path: string, random: Random) => Promise<void> };

/** Also for a file that is empty by nature, as the lock's is. */
export const noise: Damage = {
  name: "noise",
  apply: (path, random) => writeFile(path, toNoise(4_096, random)),
};

export const damages: readonly Damage[] = [
  { name: "one bit", apply: (path, random) => rewrite(path, (bytes) => flipBit(bytes, random)) },
  {
    name: "a hundred bits",
    apply: (path, random) =>
      rewrite(path, (bytes) => {
        for (let bit = 0; bit < 100; bit += 1) flipBit(bytes, random);
      }),
  },
  {
    name: "cut at a multiple of 512",
    apply: async (path, random) => {
      const { length } = await readFile(path);
      await truncate(path, random.int(0, Math.floor((length - 1) / 512)) * 512);
    },
  },
  {
    name: "cut anywhere",
    apply: async (path, random) => truncate(path, random.int(0, (await readFile(path)).length - 1)),
  },
  { name: "zeros", apply: (path) => rewrite(path, (bytes) => bytes.fill(0)) },
  {
    name: "zeros from a block on",
    apply: (path, random) =>
      rewrite(path, (bytes) => bytes.fill(0, random.int(0, Math.floor(bytes.length / 512)) * 512)),
  },
  noise,
];

export const folderInPlace: Damage = {
  name: "a folder in its place",
  apply: async (path) => {
    await rm(path, { force: true });
    await mkdir(path);
  },
};

export const newerStore: Damage = {
  name: "a newer version",
  // The user version: https://sqlite.org/fileformat.html#user_version_number
  apply: (path) => rewrite(path, (bytes) => bytes.writeUInt32BE(99, 60)),
};

export const newerText: Damage = {
  name: "a newer version",
  apply: async (path) => writeFile(path, (await readFile(path, "utf8")).replace('"schema":1', '"schema":2')),
};

export const noiseBeside: Damage = {
  name: "noise in its -wal",
  apply: (path, random) => writeFile(`${path}-wal`, toNoise(9_000, random)),
};

function toNoise(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => random.int(0, 255)));
}

export function flipBit(bytes: Buffer, random: Random): void {
  const at = random.int(0, bytes.length - 1);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.int(0, 7)), at);
}

async function rewrite(path: string, change: (bytes: Buffer) => void): Promise<void> {
  const bytes = await readFile(path);
  change(bytes);
  await writeFile(path, bytes);
}
