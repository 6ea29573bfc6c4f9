// A question about leases to the bridge, which alone can answer it.
import { askBridge } from "../../state/ask-bridge.ts";
import { CliError } from "../cli-error.ts";

/** Throws CliError "unknown" when no bridge of this version answers. */
export async function askForLeases<T>(
  method: "GET" | "POST",
  path: string,
  parse: (answer: unknown) => T,
  body?: unknown,
): Promise<T> {
  const answer = await askBridge(method, path, body).catch((error: unknown) => {
    throw new CliError("unknown", `${error instanceof Error ? error.message : String(error)}: ${RESTART}`);
  });
  if (answer === undefined) {
    throw new CliError(
      "unknown",
      "the bridge is not running, and only it knows: start it with `claude-meter bridge start`.",
    );
  }
  try {
    return parse(answer);
  } catch {
    throw new CliError("unknown", `the bridge gave an answer that this version does not understand: ${RESTART}`);
  }
}

const RESTART = "restart it with `claude-meter bridge stop` and `claude-meter bridge start`.";
