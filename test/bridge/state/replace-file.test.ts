// A rename that Windows refuses while somebody reads the file: tried again, with a bound, and only there.
import { expect, test } from "vitest";
import { isHeldOpen, replaceFile } from "../../../bridge/state/replace-file.ts";

/** A disk that refuses the first so many renames. */
function createDisk(code: string, refusals: number, platform: string) {
  let moves = 0;
  let waitedMs = 0;
  const move = async () => {
    moves += 1;
    if (moves <= refusals) throw Object.assign(new Error(code), { code });
  };
  const wait = async (ms: number) => {
    waitedMs += ms;
  };
  return { replaced: () => replaceFile("a", "b", { platform, move, wait }), read: () => ({ moves, waitedMs }) };
}

test.each(["EPERM", "EACCES", "EBUSY"])("%s passes on Windows when the reader is done", async (code) => {
  const disk = createDisk(code, 3, "win32");
  await disk.replaced();
  expect(disk.read()).toEqual({ moves: 4, waitedMs: 70 });
});

test("whoever never lets go is not waited for longer than two seconds, and is no full disk", async () => {
  const disk = createDisk("EPERM", Infinity, "win32");
  const failure: unknown = await disk.replaced().catch((error: unknown) => error);
  expect(isHeldOpen(failure, "win32")).toBe(true);
  expect(disk.read()).toEqual({ moves: 9, waitedMs: 2_000 });
});

test.each([
  ["EPERM", "linux"],
  ["EACCES", "darwin"],
  ["ENOSPC", "win32"],
])("%s on %s is told at once", async (code, platform) => {
  const disk = createDisk(code, 1, platform);
  await expect(disk.replaced()).rejects.toMatchObject({ code });
  expect(disk.read()).toEqual({ moves: 1, waitedMs: 0 });
});
