// Lines for whoever watches the proxy: never more than a few in a while, so that a storm of refusals does not fill a disk.
const MOST = 30;
const WHILE_MS = 60_000;

export function createSpeaker(write: (line: string) => void, now: () => number): (line: string) => void {
  let startedMs = now();
  let said = 0;
  return (line) => {
    if (now() - startedMs > WHILE_MS) {
      startedMs = now();
      said = 0;
    }
    said += 1;
    if (said < MOST) write(line);
    else if (said === MOST) write("more of this for a minute, not shown");
  };
}
