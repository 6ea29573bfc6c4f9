// A program of a user on the API's SDK: one message, and the API's own words when it refuses. Plain Node; the SDK is that
// of CLAUDE_METER_CLIENTS. Usage: node api-sdk-caller.mjs <prompt>
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const modules = join(process.env.CLAUDE_METER_CLIENTS, "node_modules", "@anthropic-ai");
const { default: Anthropic, APIError } = await import(pathToFileURL(join(modules, "sdk", "index.mjs")).href);

try {
  const messages = [{ role: "user", content: process.argv[2] }];
  const message = await new Anthropic({ maxRetries: 0 }).messages.create({
    model: "claude-opus-5-5",
    max_tokens: 99,
    messages,
  });
  process.stdout.write(`${message.content[0].text}\n`);
} catch (error) {
  if (!(error instanceof APIError)) throw error;
  process.stderr.write(`${JSON.stringify(error.error)}\n`);
  process.exitCode = 1;
}
