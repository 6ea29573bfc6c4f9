// How many todos of a session are not done, counted where Claude Code keeps them: a file per task, or its last TodoWrite
// in the transcript. Nothing of their text is kept.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";

const todoSchema = z.looseObject({ status: z.string() });
const rowSchema = z.looseObject({ message: z.looseObject({ content: z.array(z.unknown()) }) });
const toolSchema = z.looseObject({
  type: z.literal("tool_use"),
  name: z.literal("TodoWrite"),
  input: z.looseObject({ todos: z.array(todoSchema) }),
});

/** More tasks than this no list has. */
const MOST_FILES = 500;

/** Null when nothing tells. */
export function countTodos(configFolder: string, sessionId: string, transcriptTail: string): number | null {
  return countTasks(join(configFolder, "tasks", sessionId)) ?? findTodoCount(transcriptTail);
}

function countTasks(folder: string): number | undefined {
  try {
    const names = readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
    if (names.length === 0) return undefined;
    return countPending(names.slice(0, MOST_FILES).map((name) => readTask(join(folder, name))));
  } catch {
    // No such list.
    return undefined;
  }
}

function readTask(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // One that is being written.
    return undefined;
  }
}

/** Pure. */
export function findTodoCount(transcriptTail: string): number | null {
  const lines = transcriptTail.split("\n").filter((line) => line.includes('"TodoWrite"'));
  for (const line of lines.toReversed()) {
    const todos = parseTodos(line);
    if (todos) return countPending(todos);
  }
  return null;
}

function parseTodos(line: string): readonly unknown[] | undefined {
  try {
    const { content } = rowSchema.parse(parseJson(line)).message;
    const tools = content.flatMap((block) => toolSchema.safeParse(block).data ?? []);
    return tools.at(-1)?.input.todos;
  } catch {
    // Half a line, or a message that quotes one.
    return undefined;
  }
}

function countPending(todos: readonly unknown[]): number {
  return todos.filter((todo) => {
    const { data } = todoSchema.safeParse(todo);
    return data?.status === "pending" || data?.status === "in_progress";
  }).length;
}
