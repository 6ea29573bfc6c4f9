// An answer in the two forms of the messages API: one JSON object, or the events of a stream.
import { randomBytes } from "node:crypto";
import type { Answer } from "./scenario.ts";

type Success = Exclude<Answer, { kind: "error" }>;

const USAGE = { input_tokens: 12, cache_creation_input_tokens: 100, cache_read_input_tokens: 4000, output_tokens: 7 };

export function toMessage(answer: Success, model: string): Record<string, unknown> {
  return { ...toStart(model), content: [toBlock(answer)], stop_reason: toStopReason(answer), usage: USAGE };
}

export function toMessageEvents(answer: Success, model: string): string {
  const block = toBlock(answer);
  const isText = answer.kind === "text";
  const delta = isText
    ? { type: "text_delta", text: answer.text }
    : { type: "input_json_delta", partial_json: JSON.stringify(answer.input) };
  const events = [
    { type: "message_start", message: { ...toStart(model), usage: { ...USAGE, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: isText ? { ...block, text: "" } : { ...block, input: {} } },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: toStopReason(answer), stop_sequence: null }, usage: USAGE },
    { type: "message_stop" },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

function toStart(model: string) {
  return {
    id: createId("msg"),
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function toBlock(answer: Success) {
  if (answer.kind === "text") return { type: "text", text: answer.text };
  return { type: "tool_use", id: createId("toolu"), name: answer.tool, input: answer.input };
}

function toStopReason(answer: Success): string {
  return answer.kind === "text" ? "end_turn" : "tool_use";
}

function createId(kind: string): string {
  return `${kind}_01${randomBytes(12).toString("hex")}`;
}
