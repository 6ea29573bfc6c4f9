// Who may read /metrics on the port: whoever says the token exactly, once, and in the form that Prometheus uses.
import { chmod, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect } from "vitest";
import { hasMetricsToken } from "../../../../bridge/daemon/metrics/bearer.ts";
import {
  ensureMetricsToken,
  readMetricsToken,
  toMetricsTokenPath,
  writeNewMetricsToken,
} from "../../../../bridge/state/metrics-token.ts";
import { test } from "../../../harness/test.ts";

let folder: string;

test.beforeEach(async ({ folder: own }) => {
  folder = own;
});

async function isLetIn(...authorizations: string[]): Promise<boolean> {
  const rawHeaders = authorizations.flatMap((value) => ["Authorization", value]);
  return await hasMetricsToken({ method: "GET", target: "/metrics", rawHeaders }, folder);
}

describe("the header", () => {
  let token: string;

  beforeEach(async () => {
    await ensureMetricsToken(folder);
    token = (await readMetricsToken(folder)) ?? "";
  });

  test("with the token lets in", async () => {
    expect(await isLetIn(`Bearer ${token}`)).toBe(true);
  });

  test("with anything else does not", async () => {
    const other = token.replace(/^./, (first) => (first === "0" ? "1" : "0"));
    const wrong = [
      ...["", "Bearer", "Bearer ", "Bearer undefined", token, `Bearer ${other}`, `Bearer ${token.slice(0, -1)}`],
      ...[`Bearer ${token}0`, `Bearer  ${token}`, `Bearer ${token} `, `bearer ${token}`, `Basic ${token}`],
      ...[`Bearer ${token.toUpperCase()}X`, `Bearer ${token}, Bearer ${token}`, `CM1 ${token}`],
    ];
    for (const header of wrong) expect(await isLetIn(header), header).toBe(false);
  });

  test("twice does not, also when both are right", async () => {
    expect(await isLetIn(`Bearer ${token}`, `Bearer ${token}`)).toBe(false);
    expect(await isLetIn()).toBe(false);
  });
});

describe("the file", () => {
  test("is made once, is its owner's alone, and holds 256 bits", async () => {
    await ensureMetricsToken(folder);
    const text = await readFile(toMetricsTokenPath(folder), "utf8");
    expect(text).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await stat(toMetricsTokenPath(folder))).mode & 0o777).toBe(0o600);
    await ensureMetricsToken(folder);
    expect(await readFile(toMetricsTokenPath(folder), "utf8")).toBe(text);
  });

  test("that is replaced shuts out the old token at once", async () => {
    await ensureMetricsToken(folder);
    const old = await readMetricsToken(folder);
    await writeNewMetricsToken(folder);
    expect(await isLetIn(`Bearer ${old}`)).toBe(false);
    expect(await isLetIn(`Bearer ${await readMetricsToken(folder)}`)).toBe(true);
  });

  test.each(["", "\n", "secret", `${"0".repeat(63)}\n`, `${"0".repeat(65)}\n`])(
    "that holds %j opens nothing, and is replaced when somebody asks for it",
    async (text) => {
      await writeFile(toMetricsTokenPath(folder), text);
      expect(await isLetIn(`Bearer ${text.trim()}`)).toBe(false);
      await ensureMetricsToken(folder);
      expect(await readMetricsToken(folder)).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  test("that is missing opens nothing", async () => {
    expect(await isLetIn("Bearer undefined")).toBe(false);
    expect(await isLetIn("Bearer ")).toBe(false);
  });

  test.skipIf(process.platform === "win32")("that is a link opens nothing, whatever it leads to", async () => {
    const elsewhere = join(folder, "elsewhere");
    await writeFile(elsewhere, `${"0".repeat(64)}\n`);
    await rm(toMetricsTokenPath(folder), { force: true });
    await symlink(elsewhere, toMetricsTokenPath(folder));
    expect(await isLetIn(`Bearer ${"0".repeat(64)}`)).toBe(false);
    await expect(ensureMetricsToken(folder)).rejects.toThrow("is a link");
  });

  test.skipIf(process.platform === "win32")("that others could read is made private when it is read", async () => {
    await ensureMetricsToken(folder);
    await chmod(toMetricsTokenPath(folder), 0o644);
    await readMetricsToken(folder);
    expect((await stat(toMetricsTokenPath(folder))).mode & 0o777).toBe(0o600);
  });
});
