// `claude-meter pair`: pairs a browser that can not start a native host, and lists or revokes the keys of all browsers.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import * as z from "zod/mini";
import { CODE_LIFE_MS } from "../../../shared/pairing.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";

const openedSchema = z.object({ code: z.nullable(z.string()) });
const stateSchema = z.object({ state: z.enum(["waiting", "paired", "failed", "expired"]) });
const listSchema = z.object({
  paired: z.array(z.object({ install: z.string(), browser: z.string(), how: z.string(), created_at: z.string() })),
});
const revokedSchema = z.object({ revoked: z.boolean() });

const STEP_MS = 500;

export async function runPair(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { list: { type: "boolean" }, revoke: { type: "string" }, json: { type: "boolean" } },
  });
  if (values.revoke !== undefined) return await revoke(values.revoke);
  if (values.list) return await printList(values.json === true);
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
  const { code } = await ask(openedSchema, "POST", "/pair");
  if (code === null) {
    throw new CliError(
      "unknown",
      "another program has the bridge's port, and the code would go to it: end that program first (`claude-meter bridge status`).",
    );
  }
  writeOut(`${code.slice(0, 4)}-${code.slice(4)}\n`);
  writeError(`Type this code into the extension's popup within ${CODE_LIFE_MS / 1000} seconds.\n`);
  while (true) {
    const { state } = await ask(stateSchema, "GET", "/pair");
    if (state === "paired") return writeError("Paired.\n");
    if (state === "expired") throw new CliError("over", "the code has expired: run `claude-meter pair` again.");
    if (state === "failed") throw new CliError("over", "five wrong codes were tried: run `claude-meter pair` again.");
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
  return (await ask(listSchema, "GET", "/keys")).paired;
}

async function revoke(install: string): Promise<void> {
  if (!/^[0-9a-f-]{36}$/.test(install)) {
    throw new CliError("usage", "name the install by its id: `claude-meter pair --list` shows them.");
  }
  const { revoked } = await ask(revokedSchema, "POST", "/keys/revoke", { install });
  if (!revoked) throw new CliError("unknown", "there is no such install: `claude-meter pair --list` shows them.");
  writeOut("Revoked. That browser is refused from now on, until you pair it with a code.\n");
}
