// Where each value of a JSON text stands, for edits that leave every other byte as it is. Pure.
import { parseJson } from "../../../shared/json.ts";

export type JsonNode = {
  kind: "object" | "array" | "scalar";
  start: number;
  end: number;
  members: readonly JsonMember[];
  /** Of a scalar, as JSON.parse reads it. */
  value: unknown;
};
/** An entry of an array has no key and starts where its value starts. */
export type JsonMember = { key: string | undefined; start: number; node: JsonNode };

/** Throws SyntaxError on text that is not JSON, or is nested too deeply. */
export function parseJsonTree(text: string): JsonNode {
  parseJson(text);
  const tokens = [...text.matchAll(/"(?:[^"\\]+|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)];
  let next = 0;

  // JSON.parse has taken the text, so the tokens can only come in an order that makes sense.
  const peek = () => tokens[next]?.[0];
  const take = () => {
    const token = tokens[next++];
    if (!token) throw new SyntaxError("JSON ends too early");
    return { text: token[0], start: token.index, end: token.index + token[0].length };
  };

  function readNode(): JsonNode {
    const first = take();
    if (first.text !== "{" && first.text !== "[") {
      return { kind: "scalar", start: first.start, end: first.end, members: [], value: JSON.parse(first.text) };
    }
    const kind = first.text === "{" ? "object" : "array";
    const members: JsonMember[] = [];
    while (peek() !== "}" && peek() !== "]") {
      if (peek() === ",") take();
      members.push(kind === "object" ? readMember() : toEntry(readNode()));
    }
    return { kind, start: first.start, end: take().end, members, value: undefined };
  }

  function readMember(): JsonMember {
    const name = take();
    take();
    return { key: String(JSON.parse(name.text)), start: name.start, node: readNode() };
  }

  return readNode();
}

function toEntry(node: JsonNode): JsonMember {
  return { key: undefined, start: node.start, node };
}

/** Of two members with one name the last, as JSON.parse does. */
export function findMember(node: JsonNode, key: string): JsonMember | undefined {
  return node.members.findLast((member) => member.key === key);
}
