// What a gate and a user hear of a state folder at this moment.
import * as z from "zod/mini";
import { runCli } from "../harness/program.ts";

/** "go 42", with the highest utilization of the windows; "over", "unknown", or the exit code that must not be. */
export async function readGate(home: string, environment: Record<string, string> = {}): Promise<string> {
  const { code, stdout } = await runCli(home, ["guard", "--no-wait", "--json", "--max", "100"], { environment });
  if (code === 0) return `go ${eventSchema.parse(JSON.parse(stdout)).utilization}`;
  return code === 75 ? "over" : code === 69 ? "unknown" : `exit ${code}`;
}

const eventSchema = z.looseObject({ utilization: z.number() });
