// A real Firefox with the built extension for it and a profile of its own; claude.ai is the stand-in by way of a proxy, and
// no other host can be reached.

import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { FIREFOX_EXTENSION_ID } from "../../shared/protocol.ts";
import type { StandIn } from "../stand-in/stand-in.ts";
import { type Bidi, connectBidi } from "./bidi.ts";
import { startProgram } from "./program.ts";
import { waitFor } from "./wait-for.ts";

export const FIREFOX_EXTENSION_PATH = fileURLToPath(new URL("../../dist/extension-firefox", import.meta.url));

export type FirefoxOptions = {
  /** Stands for the user's home: Firefox looks for native hosts below it. */
  home: string;
  profile: string;
  preferences?: Readonly<Record<string, string | number | boolean>>;
  /** Packed, and stays over a restart; undefined: loaded from its folder until Firefox quits. */
  packed?: string;
  /** An extension that the profile has already is not installed again. */
  isInstalled?: boolean;
  /** Other extensions, by their folders. */
  others?: readonly string[];
};

export type Page = {
  context: string;
  /** What an expression gives there, as JSON carries it. */
  evaluate: (expression: string) => Promise<unknown>;
  readText: (selector?: string) => Promise<string>;
  /** With the rights of a user's own click. */
  click: (selector: string) => Promise<void>;
  close: () => Promise<void>;
};

export type Firefox = {
  bidi: Bidi;
  /** Of our extension in this profile. */
  origin: string;
  popup: Page;
  /** Of another extension, by its id. */
  readOrigin: (id: string) => Promise<string>;
  openPage: (url: string) => Promise<Page>;
  login: (name: string) => Promise<void>;
  refresh: () => Promise<void>;
  readBadge: () => Promise<string>;
  /** "running", or "stopped" while it is suspended. */
  readEventPage: () => Promise<string>;
  endEventPage: () => Promise<void>;
  close: () => Promise<void>;
};

/** Firefox saves the profile and ends within a second or two. */
const CLOSE_MS = 15_000;

const preferences = {
  "browser.aboutwelcome.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "browser.tabs.warnOnClose": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.webextOptionalPermissionPrompts": false,
  // What Firefox ESR, Developer Edition and Nightly let their users set.
  "xpinstall.signatures.required": false,
  // Cookies as a user has them, whatever the remote protocol thinks best for tests.
  "network.cookie.cookieBehavior": 5,
};
const textSchema = z.string();

export async function launchFirefox(standIn: StandIn, options: FirefoxOptions): Promise<Firefox> {
  const proxy = await createProxy(standIn.port);
  const all = {
    ...preferences,
    "network.proxy.type": 1,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": proxy.port,
    ...options.preferences,
  };
  const lines = Object.entries(all).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await mkdir(options.profile, { recursive: true });
  await writeFile(join(options.profile, "user.js"), `${lines.join("\n")}\n`);
  const program = startProgram(
    "firefox-esr",
    ["--headless", "--profile", options.profile, "--remote-debugging-port", "0", "--remote-allow-system-access"],
    { environment: { HOME: options.home, MOZ_CRASHREPORTER_DISABLE: "1" } },
  );
  const [, url = ""] = await waitFor(
    () => /listening on (ws:\/\/\S+)/.exec(program.stderr()) ?? [],
    (found) => found.length > 0,
  );
  const bidi = await connectBidi(`${url}/session`);
  await bidi.send("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  const install = async (path: string, isPacked: boolean) => {
    const extensionData = { type: isPacked ? "archivePath" : "path", path };
    await bidi.send("webExtension.install", { extensionData, "moz:permanent": isPacked });
  };
  for (const other of options.others ?? []) await install(other, false);
  if (options.isInstalled !== true)
    await install(options.packed ?? FIREFOX_EXTENSION_PATH, options.packed !== undefined);

  const askWindow = async (expression: string) => {
    const [window] = await bidi.listContexts("chrome");
    return await bidi.evaluate(window?.context ?? "", expression);
  };
  const toPolicy = (id: string) => `WebExtensionPolicy.getByID(${JSON.stringify(id)})`;
  const policy = toPolicy(FIREFOX_EXTENSION_ID);
  const readOrigin = async (id: string) => {
    const host = await waitFor(
      () => askWindow(`${toPolicy(id)}?.mozExtensionHostname ?? ""`),
      (found) => found !== "",
    );
    return `moz-extension://${textSchema.parse(host)}`;
  };
  const origin = await readOrigin(FIREFOX_EXTENSION_ID);
  /** The protocol itself goes to no page of an extension; a window of the browser does. */
  const openPage = async (address: string): Promise<Page> => {
    const known = new Set((await bidi.listContexts("content")).map(({ context }) => context));
    await askWindow(`void openTrustedLinkIn(${JSON.stringify(address)}, "tab")`);
    const found = await waitFor(
      async () => (await bidi.listContexts("content")).find((each) => !known.has(each.context)),
      (each) => each !== undefined && each.url !== "about:blank",
    );
    const page = createPage(bidi, found?.context ?? "");
    await waitFor(
      () => page.evaluate("document.readyState"),
      (state) => state === "complete",
    );
    return page;
  };
  const popup = await openPage(`${origin}/extension/popup/popup.html`);
  // Painted once, so its listeners are there.
  await waitFor(
    () => popup.readText("#link"),
    (text) => text !== "",
  );
  return {
    bidi,
    origin,
    popup,
    readOrigin,
    openPage,
    login: async (name) => {
      const page = await openPage(`https://claude.ai/login?as=${name}`);
      await page.close();
    },
    refresh: async () => {
      await popup.click("#refresh");
      await waitFor(
        () => popup.evaluate(`document.querySelector("#refresh").disabled`),
        (isDisabled) => isDisabled === false,
      );
    },
    readBadge: async () => textSchema.parse(await popup.evaluate("browser.action.getBadgeText({})")),
    readEventPage: async () => textSchema.parse(await askWindow(`${policy}.extension.backgroundState`)),
    endEventPage: async () => {
      await askWindow(`${policy}.extension.terminateBackground({ ignoreDevToolsAttached: true })`);
    },
    close: async () => {
      await Promise.race([bidi.send("browser.close", {}), sleep(CLOSE_MS)]).catch(() => {
        // It may be gone before it has answered.
      });
      bidi.close();
      const isEnded = await Promise.race([program.ended.then(() => true), sleep(CLOSE_MS, false)]);
      // A Firefox that has written its profile and still hangs is of no more use.
      if (!isEnded) program.kill("SIGKILL");
      await proxy.close();
    },
  };
}

function createPage(bidi: Bidi, context: string): Page {
  const evaluate = (expression: string) => bidi.evaluate(context, expression);
  return {
    context,
    evaluate,
    readText: async (selector = "body") =>
      textSchema.parse(await evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`)),
    click: async (selector) => {
      await bidi.send("browsingContext.activate", { context });
      const place = await evaluate(
        `(() => { const element = document.querySelector(${JSON.stringify(selector)}); element.scrollIntoView({ block: "center" }); ` +
          "const { x, y, width, height } = element.getBoundingClientRect(); " +
          "return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) }; })()",
      );
      const { x, y } = z.object({ x: z.number(), y: z.number() }).parse(place);
      const pointer = { type: "pointer", id: "mouse", parameters: { pointerType: "mouse" } };
      const move = { type: "pointerMove", x, y };
      const press = [
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ];
      await bidi.send("input.performActions", { context, actions: [{ ...pointer, actions: [move, ...press] }] });
    },
    close: async () => {
      await bidi.send("browsingContext.close", { context });
    },
  };
}

/** CONNECT for claude.ai alone; whatever else Firefox would like to reach is refused. */
async function createProxy(standInPort: number): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => void response.writeHead(403).end());
  server.on("connect", (request, socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    if (request.url !== "claude.ai:443") return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const upstream = connect(standInPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => socket.destroy());
    upstream.on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
