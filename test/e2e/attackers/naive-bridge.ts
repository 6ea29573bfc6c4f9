// A bridge without any guard, as a control: it takes every post whose body parses, whoever sends it. What arrives here
// and is refused by ours shows that the attack was real.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { parseJson } from "../../../shared/json.ts";
import { postSchema } from "../../../shared/protocol.ts";

export type Arrival = { method: string; path: string; host: string; origin: string | undefined; isTaken: boolean };

export type NaiveBridge = {
  readonly arrivals: Arrival[];
  close: () => Promise<void>;
};

/** `page` is served under every path that no bridge knows, so that a page can be of this origin. */
export async function createNaiveBridge(port: number, page: string): Promise<NaiveBridge> {
  const arrivals: Arrival[] = [];
  const note = (request: IncomingMessage, body: string) => {
    const { method = "", url: path = "", headers } = request;
    arrivals.push({ method, path, host: headers.host ?? "", origin: headers.origin, isTaken: isPost(body) });
  };
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      if (request.url === "/page") return response.writeHead(200, { "content-type": "text/html" }).end(page);
      note(request, body);
      return response.writeHead(200, { "content-type": "application/json" }).end('{"rows":["of somebody"]}');
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    note(request, "");
    socket.destroy();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    arrivals,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text;
}

function isPost(body: string): boolean {
  try {
    return postSchema.safeParse(parseJson(body)).success;
  } catch {
    return false;
  }
}
