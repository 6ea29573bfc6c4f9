// GET /hello: says that this is the bridge, and which protocols it speaks.
import { type Hello, OLDEST_PROTOCOL, PROTOCOL } from "../../../shared/protocol.ts";
import type { Handler } from "../server.ts";

export function createGetHello(version: string): Handler {
  const hello: Hello = {
    product: "claude-meter",
    version,
    protocol: { min: OLDEST_PROTOCOL, max: PROTOCOL },
    line: true,
  };
  return () => ({ status: 200, body: hello });
}
