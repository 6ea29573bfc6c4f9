// A receiver of notices on loopback, as an ntfy server or a webhook is one: keeps what it took, and can be out of order.
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export type Received = { path: string; title: string; contentType: string; body: string };

export type Receiver = {
  url: string;
  /** Answered with 200, in the order in which they came. */
  taken: readonly Received[];
  readonly attempts: number;
  /** What it answers from now on. */
  answer: (status: number, headers?: Readonly<Record<string, string>>) => void;
};

export async function openReceiver(): Promise<Receiver> {
  const taken: Received[] = [];
  let attempts = 0;
  let next: { status: number; headers: Readonly<Record<string, string>> } = { status: 200, headers: {} };
  const server = createServer((request, response) => {
    attempts += 1;
    const { status, headers } = next;
    const { title = "", "content-type": contentType = "" } = request.headers;
    void text(request).then((body) => {
      if (status === 200) taken.push({ path: request.url ?? "", title: String(title), contentType, body });
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    get attempts() {
      return attempts;
    },
    answer: (status, headers = {}) => {
      next = { status, headers };
    },
  };
}
