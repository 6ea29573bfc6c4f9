// Chance that can be had again: the same seed and the same name give the same numbers.

export type Random = {
  /** Whole, both ends included. */
  int: (least: number, most: number) => number;
  pick: <T>(list: readonly T[]) => T;
};

export function createRandom(seed: string): Random {
  let state = toHash(seed);
  // mulberry32: https://github.com/bryc/code/blob/master/jshash/PRNGs.md
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    int,
    pick: (list) => {
      const [chosen] = list.slice(int(0, list.length - 1));
      if (chosen === undefined) throw new Error("nothing to pick from");
      return chosen;
    },
  };
}

/** FNV-1a. */
function toHash(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}
