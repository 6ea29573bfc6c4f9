// A program of a user on the API's SDK: one message, and the API's own words when it refuses. Plain Node; the SDK is that
// of CLAUDE_METER_CLIENTS. Usage: node api-sdk-caller.mjs <prompt> [stream]
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const modules = join(process.env.CLAUDE_METER_CLIENTS, "node_modules", "@anthropic-ai");
const { default: Anthropic, APIError } = await import(pathToFileURL(join(modules, "sdk", "index.mjs")).href);

try {
  const messages = [{ role: "user", content: process.argv[2] }];
  const client = new Anthropic({ maxRetries: 0 });
  const request = { model: "claude-opus-5-5", max_tokens: 99, messages };
  const isStream = process.argv[3] === "stream";
  const message = await (isStream ? client.messages.stream(request).finalMessage() : client.messages.create(request));
  process.stdout.write(`${message.content[0].text}\n`);
} catch (error) {
  if (!(error instanceof APIError)) throw error;
  process.stderr.write(`${JSON.stringify(error.error)}\n`);
  process.exitCode = 1;
}
