// What setup does where no browser is: has the bridge read through Claude Code, once now, and from then on when asked.
import { readBridgeStatus, startBridge } from "../../state/bridge-process.ts";
import { findClaude } from "../../state/find-claude.ts";
import { toStateFolder } from "../../state/paths.ts";
import { readSourceSettings, writeSourceSettings } from "../../state/source-settings.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";
import { askForLook, LOOK_WAIT_MS } from "../refresh/ask-for-look.ts";
import { toReasonWords } from "../sources/format-sources.ts";
import { readSourceReport } from "../sources/read-source-report.ts";

export function toPlanWords(program = findClaude(undefined)): string {
  return program === undefined
    ? "no browser found, and no Claude Code: install one of them, or pass the browser's folder with --browser-dir"
    : `no browser found: reading through Claude Code (${program})`;
}

export async function readWithoutBrowser(): Promise<void> {
  const program = findClaude(undefined);
  if (program === undefined) return;
  const folder = toStateFolder();
  const settings = await readSourceSettings(folder);
  // A bridge that a session manager starts has a shorter PATH than this terminal.
  await writeSourceSettings(folder, { ...settings, claude_code: { ...settings.claude_code, program } });
  if (!((await readBridgeStatus()) ?? (await startBridge())))
    throw new CliError("internal", "the bridge did not start.");
  const answer = await askForLook({}, { maxMs: LOOK_WAIT_MS });
  if (answer.kind === "answered" && answer.rows.length > 0)
    return writeOut("There is a reading: run `claude-meter`.\n");
  const claude = (await readSourceReport())?.sources.find(({ source }) => source === "claude-code");
  const reason = claude?.logins[0]?.reason ?? "no-answer";
  writeError(`claude-meter: no reading yet: ${toReasonWords(reason)}. Try \`claude-meter refresh\` later.\n`);
}
