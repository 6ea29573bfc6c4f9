// Turns of one credential and model that waited for the same reset go on one after the other: the first finds out whether
// there is quota again, and when there is none the others need not ask.

/** Between two that go on. */
const GAP_MS = 300;

type Place = { before: Promise<void>; leave: () => void };

export type ReleaseLineOptions = { wait: (ms: number, signal: AbortSignal) => Promise<void> };

export type ReleaseLine<T> = {
  /** What `ask` answers, or what the one before was refused with while this one stood in line. Rejects when aborted. */
  pass: (name: string, turn: { ask: () => Promise<T>; signal: AbortSignal }) => Promise<T>;
};

/** `isRefused` says of an answer that it holds for all of that name. */
export function createReleaseLine<T>(isRefused: (answer: T) => boolean, { wait }: ReleaseLineOptions): ReleaseLine<T> {
  const lasts = new Map<string, Promise<void>>();
  const refusals = new Map<string, { answer: T; number: number }>();
  let number = 0;

  const enter = (name: string): Place => {
    const before = lasts.get(name) ?? Promise.resolve();
    const { promise, resolve } = withResolvers();
    const last = before.then(() => promise);
    lasts.set(name, last);
    void last.then(() => {
      if (lasts.get(name) !== last) return;
      lasts.delete(name);
      refusals.delete(name);
    });
    return { before, leave: resolve };
  };

  return {
    pass: async (name, { ask, signal }) => {
      const entered = number;
      const { before, leave } = enter(name);
      try {
        await before;
        signal.throwIfAborted();
        const told = refusals.get(name);
        if (told && told.number > entered) return told.answer;
        const answer = await ask();
        number += 1;
        if (isRefused(answer)) refusals.set(name, { answer, number });
        return answer;
      } finally {
        void wait(GAP_MS, signal).then(leave, leave);
      }
    },
  };
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
