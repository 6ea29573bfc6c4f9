// A program of a user on the Agent SDK: one query(), its messages as lines of JSON. Plain Node; the SDK is that of
// CLAUDE_METER_CLIENTS. Usage: node agent-sdk-caller.mjs <prompt>
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const modules = join(process.env.CLAUDE_METER_CLIENTS, "node_modules", "@anthropic-ai");
const { query } = await import(pathToFileURL(join(modules, "claude-agent-sdk", "sdk.mjs")).href);
const options = { pathToClaudeCodeExecutable: process.env.CLAUDE_METER_CLAUDE, allowedTools: ["Bash"] };

for await (const message of query({ prompt: process.argv[2], options })) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
  if (message.type === "result" && message.is_error) process.exitCode = 1;
}
