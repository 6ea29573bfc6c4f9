// An answer on its way to the client: byte for byte, and never a clean end of what was cut.
import type { IncomingMessage, ServerResponse } from "node:http";
import { toPairs, toResponseHeaders } from "./forward-headers.ts";

/** `first` is what has come of its body already. */
export function passAnswer(answer: IncomingMessage, response: ServerResponse, first?: Buffer): void {
  writeHead(answer, response);
  // Who streams shows the first event when it comes.
  response.flushHeaders();
  if (first) response.write(first);
  pipeAnswer(answer, response);
}

/** Behind a head that is written already. */
export function pipeAnswer(answer: IncomingMessage, response: ServerResponse): void {
  answer.pipe(response, { end: false });
  answer.on("end", () => {
    if (answer.rawTrailers.length > 0) response.addTrailers(toPairs(answer.rawTrailers));
    response.end();
  });
  answer.on("error", () => response.destroy());
  answer.on("close", () => {
    if (!answer.complete) response.destroy();
  });
}

/** One that has come whole; `change` takes the place of a header. */
export function passWhole(
  answer: IncomingMessage,
  response: ServerResponse,
  { whole, change }: { whole: Buffer; change: readonly [name: string, value: string] | undefined },
): void {
  writeHead(answer, response, change);
  response.write(whole);
  if (answer.rawTrailers.length > 0) response.addTrailers(toPairs(answer.rawTrailers));
  response.end();
}

function writeHead(answer: IncomingMessage, response: ServerResponse, change?: readonly [string, string]): void {
  response.sendDate = false;
  const own = toResponseHeaders(answer.rawHeaders);
  const others = () => toPairs(own).filter(([name]) => name.toLowerCase() !== change?.[0]);
  const headers = change ? [...others().flat(), ...change] : own;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", headers);
}

/** In the API's own form, so that a client says what we say. */
export function answerOurselves(response: ServerResponse, status: number, words: string): void {
  const error = { type: "api_error", message: `claude-meter proxy: ${words}` };
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ type: "error", error }));
}
