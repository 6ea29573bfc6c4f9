// The web site of an attacker: the same empty page over http and https, and once more as somebody's server for
// development, which is a page of this computer.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Server } from "node:net";

export const EMPTY_PAGE =
  "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>evil</title><body></body>";

export type AttackSite = {
  httpPort: number;
  httpsPort: number;
  localPort: number;
  /** Every path but "/" that was asked for. */
  readonly asked: string[];
  close: () => Promise<void>;
};

export async function createAttackSite(): Promise<AttackSite> {
  const asked: string[] = [];
  const onRequest: Parameters<typeof createHttpServer>[1] = (request, response) => {
    if (request.url !== undefined && request.url !== "/") asked.push(request.url);
    response.writeHead(200, { "content-type": "text/html" }).end(EMPTY_PAGE);
  };
  // The stand-in's certificate: the browser is told to take it under every name.
  const read = (name: string) => readFileSync(new URL(`../../stand-in/${name}.pem`, import.meta.url));
  const http = createHttpServer(onRequest);
  const local = createHttpServer(onRequest);
  const https = createHttpsServer({ cert: read("certificate"), key: read("private-key") }, onRequest);
  return {
    httpPort: await listen(http),
    httpsPort: await listen(https),
    localPort: await listen(local),
    asked,
    close: async () => {
      for (const server of [http, https, local]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the attack site has no port");
  return address.port;
}
