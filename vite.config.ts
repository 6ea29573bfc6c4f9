// Builds the extension for Chromium (dist/extension) and, in the mode of its name, for Firefox or one Node program
// (dist/bridge); configures the tests.
import { availableParallelism } from "node:os";
import { crx } from "@crxjs/vite-plugin";
import type { Plugin, UserConfig } from "vite";
import { defineConfig } from "vitest/config";
import { formatManPage } from "./bridge/cli/help/format-man-page.ts";
import manifest from "./manifest.json" with { type: "json" };
import packageFile from "./package.json" with { type: "json" };
import { FIREFOX_EXTENSION_ID } from "./shared/protocol.ts";

/** How long a plugin takes on a busy computer is nothing that whoever builds could change. */
const checks = { bundlerTimings: false };

/** The first Firefox that asks its user about `data_collection_permissions`; the tests run in the newest ESR. */
const OLDEST_FIREFOX = "140.0";

function createExtensionBuild(browser: "chrome" | "firefox"): UserConfig {
  const own = browser === "firefox" ? toFirefoxManifest() : manifest;
  return {
    plugins: [
      createWorkerBorder(),
      createPolyfillTrim(),
      crx({ manifest: { ...own, version: packageFile.version }, browser }),
    ],
    build: {
      outDir: browser === "firefox" ? "dist/extension-firefox" : "dist/extension",
      target: browser === "firefox" ? "firefox140" : "chrome120",
      modulePreload: { polyfill: false },
      license: { fileName: "third-party.md" },
      // Pages that the manifest does not name.
      rolldownOptions: {
        input: { charts: "extension/charts/charts.html", agents: "extension/agents/agents.html" },
        checks,
      },
    },
  };
}

/** What differs there: an id instead of a key, an event page instead of a worker, and hosts that know no ports. */
function toFirefoxManifest() {
  const { key, minimum_chrome_version, externally_connectable, background, ...shared } = manifest;
  return {
    ...shared,
    host_permissions: ["https://claude.ai/*", "http://127.0.0.1/*"],
    background: { scripts: [background.service_worker], type: "module" as const },
    browser_specific_settings: {
      gecko: {
        id: FIREFOX_EXTENSION_ID,
        strict_min_version: OLDEST_FIREFOX,
        // Mozilla counts what a program on the same computer is given: e-mail address, plan and money, usage as shown.
        data_collection_permissions: {
          required: [
            "personallyIdentifyingInfo" as const,
            "financialAndPaymentInfo" as const,
            "websiteContent" as const,
          ],
        },
      },
    },
  };
}

/**
 * One program a build: what its start needs stands in one CommonJS file, which Node starts as fast as an empty script
 * (ES modules take a quarter longer); the rest is loaded by need.
 */
function createProgramBuild(name: string, entry: string): UserConfig {
  return {
    plugins: [
      createCommonJsMark(),
      // The daemon has a history/history.ts of its own.
      ...(name.startsWith("cli") ? [createProgramBorder()] : []),
      ...(name === "cli-on-demand" ? [createManPage()] : []),
    ],
    ssr: { noExternal: true, external: ["@photostructure/sqlite", "node:sqlite"] },
    build: {
      ssr: true,
      outDir: "dist/bridge",
      emptyOutDir: false,
      target: "node20",
      minify: true,
      license: { fileName: `third-party/${name}.md` },
      rolldownOptions: {
        input: { [name]: entry },
        checks,
        output: {
          format: "cjs",
          dynamicImportInCjs: false,
          entryFileNames: "[name].js",
          chunkFileNames: `${name}-[name].js`,
        },
      },
    },
  };
}

const programs: Readonly<Record<string, string>> = {
  cli: "bridge/cli/main.ts",
  "cli-history": "bridge/cli/history/history.ts",
  "cli-mcp": "bridge/cli/mcp/mcp.ts",
  "cli-on-demand": "bridge/cli/on-demand.ts",
  "cli-render-table": "bridge/cli/rows/render-table.ts",
  daemon: "bridge/daemon/main.ts",
  "native-host": "bridge/native-host/main.ts",
  proxy: "bridge/proxy/main.ts",
};

/** Fills all processors, and measures one. Not by `exclude`, over which `--exclude` would be forgotten. */
const alone = "guard-swarm";

/** A limit is for what hangs: on a busy machine everything takes several times as long. */
const patient = {
  setupFiles: ["test/harness/clean-environment.ts", "test/harness/extension-api.ts"],
  testTimeout: 90_000,
  hookTimeout: 90_000,
  expect: { poll: { timeout: 60_000 } },
};
/** Many tests wait more than they work, so also two cores take two files at a time. */
const sharedOut = { ...patient, maxWorkers: Math.max(2, availableParallelism() - 1) };
const inTurn = { ...patient, fileParallelism: false };

export default defineConfig(({ mode }) => ({
  ...toBuild(mode),
  test: {
    reporters: ["default", ["json", { outputFile: process.env["TEST_REPORT"] ?? "test-results/report.json" }]],
    projects: [
      {
        test: {
          ...sharedOut,
          name: "unit",
          include: ["test/{shared,extension,bridge,stand-in}/**/*.test.ts", "test/*.test.ts"],
        },
      },
      { test: { ...sharedOut, name: "process", include: [`test/process/!(${alone}).test.ts`] } },
      // After the others; `--project "process*"` names both.
      {
        test: {
          ...inTurn,
          name: "process-alone",
          include: [`test/process/${alone}.test.ts`],
          sequence: { groupOrder: 1 },
        },
      },
      // Each in a network of its own, and mostly waiting for the next minute.
      {
        test: {
          ...inTurn,
          name: "unattended",
          include: ["test/unattended/**/*.test.ts"],
          testTimeout: 300_000,
          maxConcurrency: 12,
        },
      },
      // One browser at a time: the bridge's port is fixed by the extension's host permission.
      { test: { ...inTurn, name: "e2e", include: ["test/e2e/**/*.test.ts"], sequence: { groupOrder: 2 } } },
      {
        test: {
          ...inTurn,
          name: "e2e-firefox",
          include: ["test/e2e-firefox/**/*.test.ts"],
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
}));

/** The project's package.json says "module", so the folder of the bundles needs its own word. */
function createCommonJsMark(): Plugin {
  return {
    name: "commonjs-mark",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "package.json", source: '{ "type": "commonjs" }\n' });
    },
  };
}

/** Made of the same list as the help, which is part of this program. */
function createManPage(): Plugin {
  return {
    name: "man-page",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "claude-meter.1", source: formatManPage(packageFile.version) });
    },
  };
}

function toBuild(mode: string): UserConfig {
  const entry = programs[mode];
  if (entry !== undefined) return createProgramBuild(mode, entry);
  if (mode === "test") return {};
  return createExtensionBuild(mode === "extension-firefox" ? "firefox" : "chrome");
}

/**
 * The worker is one file that holds only what it needs itself: a module that a page needs too is another one there, so
 * no page makes the worker larger.
 */
function createWorkerBorder(): Plugin {
  const mark = "?of-worker";
  return {
    name: "worker-border",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (importer === undefined || !(importer.endsWith(mark) || importer.endsWith("/service-worker.ts"))) return null;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved && { ...resolved, id: `${resolved.id}${mark}` };
    },
  };
}

/**
 * The polyfill wraps `chrome` to make its calls answer with promises. Chromium does so itself in every version that we
 * accept, so the wrapping, a tenth of the worker, is left out: `browser` is `chrome` there, and its own in Firefox. As a
 * module it needs no runtime for CommonJS either.
 */
function createPolyfillTrim(): Plugin {
  const wrapped = "module.exports = wrapAPIs(chrome);";
  return {
    name: "polyfill-trim",
    transform(code, id) {
      if (!/\/browser-polyfill\.js(?:\?|$)/.test(id)) return null;
      if (!code.includes(wrapped)) this.error("the polyfill is not written as it was");
      const body = code.slice(code.indexOf('"use strict";'), code.lastIndexOf("});"));
      const trimmed = body.replace(wrapped, "module.exports = chrome;");
      return { code: `const module = {};\n${trimmed}\nexport default module.exports;\n`, map: null };
    },
  };
}

/** The CLI's programs load each other, and share no file. The daemon's modules may have the same names. */
function createProgramBorder(): Plugin {
  return {
    name: "program-border",
    enforce: "pre",
    resolveId(source, importer) {
      const [, name] = /\/(on-demand|render-table|(?<=history\/)history|(?<=mcp\/)mcp)\.ts$/.exec(source) ?? [];
      if (!importer?.includes("/bridge/cli/") || name === undefined) return null;
      return { id: `./cli-${name}.js`, external: "relative" };
    },
  };
}
