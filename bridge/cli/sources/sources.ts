// `claude-meter sources`: where readings come from, which of them ask, and the switch for those.
import { toRow } from "../../../shared/freshness.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import {
  type AskedSource,
  askedSources,
  readSourceSettings,
  type SourceSettings,
  writeSourceSettings,
} from "../../state/source-settings.ts";
import { isUnsafePathError } from "../../state/unsafe-path-error.ts";
import { CliError } from "../cli-error.ts";
import { toJsonText } from "../json-text.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { formatSources } from "./format-sources.ts";
import { readSourceReport } from "./read-source-report.ts";
import { toSourceStates } from "./to-source-states.ts";

export const sourcesOptionNames = {
  command: "sources",
  flags: ["json", "keychain"],
  texts: ["on", "off"],
} as const satisfies OptionNames;

export async function runSources(args: string[]): Promise<void> {
  const given = parseOptions(args, sourcesOptionNames);
  const [on, off] = [toAsked(given.text("on")), toAsked(given.text("off"))];
  if (given.has("keychain") && on !== "oauth") throw new CliError("usage", "--keychain needs --on oauth.");
  if (on !== undefined && on === off) throw new CliError("usage", `${on} cannot be both on and off.`);
  if (on !== undefined || off !== undefined) {
    const settings = await readOrThrow();
    const switched = switchTo(switchTo(settings, off, { on: false }), on, {
      on: true,
      on_at_ms: Date.now(),
      keychain: given.has("keychain"),
    });
    await writeSourceSettings(toStateFolder(), switched);
    await askBridge("POST", "/sources").catch(() => {
      writeError("claude-meter: the running bridge does not know of sources: restart it.\n");
    });
  }
  const nowMs = Date.now();
  const reading = readStatus(toStatusPath(toStateFolder()));
  const rows = reading.kind === "read" ? reading.status.rows.map((row) => toRow(row, nowMs)) : [];
  const states = toSourceStates({ rows, report: await readSourceReport(), nowMs });
  writeOut(given.has("json") ? `${toJsonText(states)}\n` : formatSources(states, nowMs));
}

function toAsked(name: string | undefined): AskedSource | undefined {
  const asked = askedSources.find((each) => each === name);
  if (name === undefined || asked !== undefined) return asked;
  throw new CliError("usage", `only ${askedSources.join(" and ")} can be switched: others come from what you use.`);
}

function switchTo(settings: SourceSettings, source: AskedSource | undefined, change: SourceSettings["oauth"]) {
  if (source === undefined) return settings;
  if (source === "oauth") return { ...settings, oauth: change };
  return { ...settings, claude_code: { ...settings.claude_code, on: change.on } };
}

async function readOrThrow(): Promise<SourceSettings> {
  try {
    return await readSourceSettings(toStateFolder());
  } catch (error) {
    if (isUnsafePathError(error)) throw error;
    throw new CliError("internal", "sources.json in the state folder is damaged: remove it and try again.");
  }
}
