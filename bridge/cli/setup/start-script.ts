// A script in the state folder that starts one of our programs. Browsers and session managers start programs with another
// environment than a shell, and not all of them can pass arguments or variables. Pure.
import { join } from "node:path";
import type { OwnFile } from "./own-entry.ts";

export type ScriptOptions = {
  stateFolder: string;
  nodePath: string;
  programFolder: string;
  platform: string;
  environment?: Readonly<Record<string, string | undefined>>;
};

/** `command` is the program's file and what always stands behind it. */
export function toStartScript(name: string, command: readonly string[], options: ScriptOptions): OwnFile {
  const { stateFolder, nodePath, programFolder, platform, environment = process.env } = options;
  const [file = "", ...fixed] = command;
  const program = join(programFolder, file);
  if (platform === "win32") {
    const started = [`"${nodePath}" "${program}"`, ...fixed].join(" ");
    const lines = [`set "CLAUDE_METER_HOME=${stateFolder}"`, started].map(quoteForBatch);
    // cmd reads a script in the old code page of the country, unless told otherwise before the line in question.
    const codePage = /[^ -~]/.test(lines.join("")) ? ["chcp 65001 >nul"] : [];
    const text = ["@echo off", ...codePage, lines[0], `${lines[1]} %*`, ""].join("\r\n");
    return { path: join(stateFolder, `${name}.bat`), text, mode: 0o700 };
  }
  const port = environment["CLAUDE_METER_PORT"];
  const exported = [`CLAUDE_METER_HOME=${quote(stateFolder)}`, ...(port ? [`CLAUDE_METER_PORT=${quote(port)}`] : [])];
  const started = [quote(nodePath), quote(program), ...fixed].join(" ");
  const text = `#!/bin/sh\nexport ${exported.join(" ")}\nexec ${started} "$@"\n`;
  return { path: join(stateFolder, `${name}.sh`), text, mode: 0o700 };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Windows allows no quotation marks in paths; a percent sign would name a variable. */
function quoteForBatch(line: string): string {
  return line.replaceAll("%", "%%");
}
