// What the extension may do and reach, held word for word: the manifest, and the files a build makes of it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import * as z from "zod/mini";
import manifest from "../manifest.json" with { type: "json" };
import packageFile from "../package.json" with { type: "json" };
import { BRIDGE_PORT, EXTENSION_ID, FIREFOX_EXTENSION_ID } from "../shared/protocol.ts";
import { test } from "./harness/test.ts";
import { readWorkerSize } from "./harness/worker-size.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const HOSTS = ["claude.ai", `127.0.0.1:${BRIDGE_PORT}`];

describe("the manifest", () => {
  test("asks for storage, alarms and the native host, and for nothing else", () => {
    expect(manifest.permissions).toEqual(["storage", "alarms", "nativeMessaging"]);
    expect(manifest.optional_permissions).toEqual(["notifications"]);
    expect(manifest.host_permissions).toEqual(["https://claude.ai/*", `http://127.0.0.1:${BRIDGE_PORT}/*`]);
  });

  test("has no field that could open another way in or out", () => {
    expect(Object.keys(manifest).toSorted()).toEqual([
      "action",
      "background",
      "content_security_policy",
      "description",
      "externally_connectable",
      "host_permissions",
      "icons",
      "incognito",
      "key",
      "manifest_version",
      "minimum_chrome_version",
      "name",
      "optional_permissions",
      "options_ui",
      "permissions",
      "version",
    ]);
    expect(manifest.externally_connectable).toEqual({});
    expect(manifest.incognito).toBe("not_allowed");
    expect(manifest.manifest_version).toBe(3);
    expect(manifest.minimum_chrome_version).toBe("120");
  });

  test("lets its pages load and reach only what is named here", () => {
    expect(Object.keys(manifest.content_security_policy)).toEqual(["extension_pages"]);
    const directives = manifest.content_security_policy.extension_pages.split("; ").map((each) => each.split(" "));
    expect(Object.fromEntries(directives.map(([name, ...values]) => [name, values]))).toEqual({
      "default-src": ["'none'"],
      "script-src": ["'self'"],
      "style-src": ["'self'"],
      "img-src": ["'self'"],
      "connect-src": ["https://claude.ai", `http://127.0.0.1:${BRIDGE_PORT}`, `ws://127.0.0.1:${BRIDGE_PORT}`],
      "base-uri": ["'none'"],
      "form-action": ["'none'"],
      "frame-ancestors": ["'none'"],
      "require-trusted-types-for": ["'script'"],
      "trusted-types": ["'none'"],
    });
  });

  test("has the key that gives the extension its one id", () => {
    const digest = createHash("sha256").update(Buffer.from(manifest.key, "base64")).digest("hex");
    const letters = [...digest.slice(0, 32)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
    expect(letters.join("")).toBe(EXTENSION_ID);
  });
});

const { key, minimum_chrome_version, externally_connectable, ...both } = manifest;

/** Word for word, as the manifest of the source above. */
const builds = [
  {
    mode: "extension",
    built: { ...manifest, background: { service_worker: "service-worker-loader.js", type: "module" } },
  },
  {
    mode: "extension-firefox",
    built: {
      ...both,
      // Firefox's patterns know no ports; the port is held by the content security policy.
      host_permissions: ["https://claude.ai/*", "http://127.0.0.1/*"],
      background: { scripts: ["service-worker-loader.js"], type: "module" },
      browser_specific_settings: {
        gecko: {
          id: FIREFOX_EXTENSION_ID,
          strict_min_version: "140.0",
          data_collection_permissions: {
            required: ["personallyIdentifyingInfo", "financialAndPaymentInfo", "websiteContent"],
          },
        },
      },
    },
  },
];

describe.each(builds)("a build of $mode", ({ mode, built }) => {
  let folder: string;
  let files: string[];
  const readBuilt = (file: string) => readFileSync(join(folder, file), "utf8");

  test.beforeAll(({ sharedFolder }) => {
    folder = sharedFolder;
    const vite = join(root, "node_modules/vite/bin/vite.js");
    // Not the test runner's: NODE_ENV goes into a build.
    const { NODE_ENV, VITEST, ...env } = process.env;
    const args = [vite, "build", "--mode", mode, "--outDir", folder, "--emptyOutDir", "--logLevel", "error"];
    execFileSync(process.execPath, args, { cwd: root, env });
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  });

  test("changes the manifest only in its version, the name of the worker's file and what its browser needs", () => {
    const found = z.record(z.string(), z.unknown()).parse(JSON.parse(readBuilt("manifest.json")));
    expect(found).toEqual({ ...built, version: packageFile.version });
    expect(readBuilt("service-worker-loader.js")).toMatch(/^import '\.\/assets\/[\w.-]+\.js';\s*$/);
  });

  test("holds scripts, a style, a page, pictures and the licences of others, and no map of the source", () => {
    const kinds = new Set(files.map((file) => file.split(".").at(-1)));
    expect([...kinds].toSorted()).toEqual(["css", "html", "js", "json", "md", "png"]);
  });

  test("has a worker of at most 28 kB gzip, which is loaded anew on each wake", () => {
    expect(readWorkerSize(folder).gzipBytes).toBeLessThanOrEqual(28_000);
  });

  test("makes no code and no markup of text, and knows no way out but fetch and the line", () => {
    const ways =
      /\beval\b|\bFunction\b|innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc|document\.write|importScripts|import\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|WebTransport|RTCPeerConnection|executeScript|debugger|onMessageExternal|onConnectExternal/g;
    const found = files
      .filter((file) => /\.(js|html)$/.test(file))
      .flatMap((file) => [...readBuilt(file).matchAll(ways)].map(([way]) => `${file}: ${way}`));
    // The line, which connect-src ties to the bridge's port.
    expect(found.filter((each) => !/^assets\/service-worker.*: WebSocket$/.test(each))).toEqual([]);
  });

  test("has no script and no style in its page", () => {
    for (const file of files.filter((each) => each.endsWith(".html"))) {
      expect(readBuilt(file)).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:/i);
    }
  });

  test("names no host but claude.ai and the bridge, in whatever file but the licences", () => {
    const own = files.filter((file) => file !== "third-party.md");
    // The namespace of SVG is a name that looks like an address; the host permissions are compared above.
    const text = own
      .map((file) => readFileSync(join(folder, file), "latin1"))
      .map((each) => each.replaceAll("http://www.w3.org/2000/svg", "").replace('"http://127.0.0.1/*"', ""))
      .join("\n");
    const hosts = [...text.matchAll(/\b(?:https?|wss?|ftp):\/\/([^/\s"'`;*,)]+)/g)].map((match) => match[1] ?? "");
    // A template literal: its host is the constant that is looked for below.
    const named = hosts.filter((host) => !host.startsWith("$" + "{"));
    expect([...new Set(named)].toSorted()).toEqual(HOSTS.toSorted());
    expect([...new Set(text.match(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g))]).toEqual(["127.0.0.1"]);
    const names = text.match(/\b[a-z0-9-]+\.(?:ai|com|dev|io|net|org)\b/g);
    expect([...new Set(names)]).toEqual(["claude.ai"]);
  });
});
