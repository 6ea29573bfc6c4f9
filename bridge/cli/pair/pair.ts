// `claude-meter pair`: pairs a browser that cannot start a native host, and lists or revokes the keys of all browsers.
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod/mini";
import { CODE_LIFE_MS } from "../../../shared/pairing.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";

export const pairOptionNames = {
  command: "pair",
  flags: ["list", "json"],
  texts: ["revoke"],
} as const satisfies OptionNames;

export const pairOpenedSchema = z.object({ code: z.nullable(z.string()) });
export const pairStateSchema = z.object({ state: z.enum(["waiting", "paired", "failed", "expired"]) });
export const pairedListSchema = z.object({
  paired: z.array(z.object({ install: z.string(), browser: z.string(), how: z.string(), created_at: z.string() })),
});
export const pairRevokedSchema = z.object({ revoked: z.boolean() });

const STEP_MS = 500;

export async function runPair(args: string[]): Promise<void> {
  const given = parseOptions(args, pairOptionNames);
  const install = given.text("revoke");
  if (install !== undefined) return await revoke(install);
  if (given.has("list")) return await printList(given.has("json"));
  await showCode();
}

async function ask<T extends z.core.$ZodType>(
  schema: T,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<z.core.output<T>> {
  const answer = await askBridge(method, path, body);
  if (answer === undefined) {
    throw new CliError("unknown", "the bridge is not running: start it with `claude-meter bridge start`.");
  }
  return z.parse(schema, answer);
}

async function showCode(): Promise<void> {
  const { code } = await ask(pairOpenedSchema, "POST", "/pair");
  if (code === null) {
    throw new CliError(
      "unknown",
      "another program is using the bridge's port and would receive the code: stop it first (`claude-meter doctor` names it).",
    );
  }
  writeOut(`${code.slice(0, 4)}-${code.slice(4)}\n`);
  writeError(`Enter this code in the extension's popup within ${CODE_LIFE_MS / 1000} seconds.\n`);
  while (true) {
    const { state } = await ask(pairStateSchema, "GET", "/pair");
    if (state === "paired") return writeError("Paired.\n");
    if (state === "expired") throw new CliError("over", "the code has expired: run `claude-meter pair` again.");
    if (state === "failed") throw new CliError("over", "five wrong codes were entered: run `claude-meter pair` again.");
    await sleep(STEP_MS);
  }
}

async function printList(isJson: boolean): Promise<void> {
  const paired = await readPaired();
  if (isJson) return writeOut(`${JSON.stringify(paired)}\n`);
  if (paired.length === 0) return writeError("No browser is paired yet.\n");
  for (const { install, browser, how, created_at } of paired) {
    writeOut(
      `${install}  ${browser}  paired ${created_at.slice(0, 10)} by ${how === "code" ? "code" : "native host"}\n`,
    );
  }
}

export async function readPaired() {
  return (await ask(pairedListSchema, "GET", "/keys")).paired;
}

async function revoke(install: string): Promise<void> {
  if (!/^[0-9a-f-]{36}$/.test(install)) {
    throw new CliError("usage", "--revoke needs an install ID: `claude-meter pair --list` shows them.");
  }
  const { revoked } = await ask(pairRevokedSchema, "POST", "/keys/revoke", { install });
  if (!revoked) throw new CliError("unknown", "unknown install ID: `claude-meter pair --list` shows them.");
  writeOut("Revoked. That browser is rejected until you pair it with a code.\n");
}
