// One change after the other, each made from what the one before it left.

export type InTurn = {
  <T>(change: () => T | Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  settled: () => Promise<void>;
};

/** A change that fails is told to its own caller and does not stop the next. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(change: () => T | Promise<T>): Promise<T> => {
    const own = last.then(change);
    last = own.catch(() => undefined);
    return own;
  };
  return Object.assign(inTurn, { settled: async () => void (await last) });
}
