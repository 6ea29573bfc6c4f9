// The built proxy in front of an upstream of the test, started by its command on a free port.
import { UPSTREAM_CERTIFICATE } from "../proxy-upstream/upstream.ts";
import { type Program, startCli } from "./program.ts";
import { waitFor } from "./wait-for.ts";

export type ProxyProcess = Program & { port: number; url: string };

export async function startProxy(
  home: string,
  upstream: string,
  { options = [], port = 0 }: { options?: readonly string[]; port?: number } = {},
): Promise<ProxyProcess> {
  const program = startCli(home, ["proxy", "--port", String(port), "--upstream", upstream, ...options], {
    environment: { NODE_EXTRA_CA_CERTS: UPSTREAM_CERTIFICATE },
  });
  const said = await waitFor(program.stderr, (text) => /listening on \S+,|cannot run/.test(text));
  const own = Number(/listening on http:\/\/127\.0\.0\.1:(\d+),/.exec(said)?.[1]);
  if (!Number.isInteger(own)) throw new Error(`the proxy did not start: ${said}`);
  return { ...program, port: own, url: `http://127.0.0.1:${own}` };
}
