// Who has the port on a Mac: what its lsof and its ps say of a bridge, and of others.
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { readPortOwner } from "../../../../bridge/cli/doctor/read-port-owner.ts";

async function listen(): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** BSD: all behind the first "=" is the heading of the column. */
function createMac(columns: Readonly<Record<string, string>>) {
  return async (program: string, args: readonly string[]) => {
    if (program === "lsof") return "p4711\nf21\n";
    const [name = "", heading] = (args[args.indexOf("-o") + 1] ?? "").split(/=(.*)/s);
    return `${heading ? `${heading}\n` : ""}${columns[name]}\n`;
  };
}

const ourBridge = "node --disable-warning=X /Users/ana/My Apps/claude-meter/dist/bridge/daemon.js";

test.each([
  { comm: "/opt/homebrew/bin/node", args: ourBridge, name: "node", isBridge: true },
  { comm: "node", args: `${ourBridge} --foreground`, name: "node", isBridge: true },
  {
    comm: "/Applications/My Server.app/Contents/My Server",
    args: "My Server -p 1",
    name: "My Server",
    isBridge: false,
  },
  { comm: "vim", args: "vim /tmp/bridge/daemon.js.txt", name: "vim", isBridge: false },
])("$args", async ({ comm, args, name, isBridge }) => {
  const run = createMac({ comm, args });
  expect(await readPortOwner(await listen(), { platform: "darwin", run })).toEqual({ pid: 4711, name, isBridge });
});
