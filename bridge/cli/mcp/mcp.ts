// `claude-meter mcp`: the quota as tools of an agent, over stdio. A program of its own, because the SDK is larger than all
// other commands together.
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { VERSION } from "../../state/version.ts";
import { writeError } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { toAccount } from "../row/read-row.ts";
import { addQuotaTools } from "./quota-tools.ts";

export const mcpOptionNames = { command: "mcp", flags: [], texts: ["account"] } as const satisfies OptionNames;

/** Serves until its stdin ends, as a client that went away leaves it. */
export async function runMcp(args: string[]): Promise<void> {
  const account = toAccount(parseOptions(args, mcpOptionNames).text("account"));
  if (process.stdin.isTTY) writeError("Serving an MCP client on standard input; Ctrl-D ends it.\n");
  serveStdio(() => {
    const server = new McpServer({ name: "claude-meter", version: VERSION });
    addQuotaTools(server, account);
    return server;
  });
}
