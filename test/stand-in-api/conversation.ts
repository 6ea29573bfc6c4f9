// Reads the request of a client: the newest tag that a person wrote into the conversation, and what happened since.
import * as z from "zod";
import type { Tag } from "./scenario.ts";

const blockSchema = z.looseObject({ type: z.string(), text: z.string().optional(), content: z.unknown().optional() });

const requestSchema = z.looseObject({
  stream: z.boolean().default(false),
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(blockSchema)]) })),
});

export type Conversation = {
  isStream: boolean;
  model: string;
  tag: Tag | undefined;
  toolResults: number;
  /** What the last tool answered, as it stands in the request. */
  toolAnswer: string;
  /** What a hook of the meter put in for the model. */
  quotaWords: string | undefined;
};

/** Throws when it is no request of the messages API. */
export function parseConversation(body: string): Conversation {
  const { stream, model, messages } = requestSchema.parse(JSON.parse(body));
  let tag: Tag | undefined;
  let toolResults = 0;
  let toolAnswer = "";
  for (const { role, content } of messages) {
    if (role !== "user") continue;
    for (const block of typeof content === "string" ? [{ type: "text", text: content }] : content) {
      if (block.type === "tool_result") {
        toolResults += 1;
        toolAnswer = JSON.stringify(block.content);
      }
      const found = findTag(block.text ?? "");
      if (!found) continue;
      tag = found;
      toolResults = 0;
    }
  }
  const quotaWords = [...body.matchAll(/Claude quota: [^"\\]*/g)].at(-1)?.[0];
  return { isStream: stream, model, tag, toolResults, toolAnswer, quotaWords };
}

/** `[[name option=value …]]`; the last one of the text. */
function findTag(text: string): Tag | undefined {
  const words = [...text.matchAll(/\[\[([^\]]+)\]\]/g)].at(-1)?.[1]?.trim().split(/\s+/) ?? [];
  const [name, ...options] = words;
  if (name === undefined) return undefined;
  return { name, options: new Map(options.map((word) => [word.split("=")[0] ?? "", word.split("=")[1] ?? ""])) };
}
