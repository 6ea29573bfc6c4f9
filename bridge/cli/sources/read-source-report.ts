// What the running bridge says of the sources that it asks.
import { askBridge } from "../../state/ask-bridge.ts";
import { type SourceReport, sourceReportSchema } from "../../state/source-report.ts";

/** Undefined when there is no bridge, or one that knows no such question. */
export async function readSourceReport(): Promise<SourceReport | undefined> {
  try {
    return sourceReportSchema.safeParse(await askBridge("GET", "/sources")).data;
  } catch {
    // An older bridge; doctor says of which version it is.
    return undefined;
  }
}
