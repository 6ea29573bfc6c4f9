// Negative controls: each single check that guards the bridge is taken out of a copy of the sources, and the tests must
// notice. A check that can go without a failing test is a check that nobody would miss.
import { spawn } from "node:child_process";
import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import * as z from "zod/mini";
import { test } from "../harness/test.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const refusal = { file: "bridge/daemon/decide-refusal.ts", tests: ["test/bridge/daemon/decide-refusal.test.ts"] };
const authenticate = { file: "bridge/daemon/authenticate.ts", tests: ["test/bridge/daemon/authenticate.test.ts"] };
const nonces = {
  file: "bridge/daemon/nonces.ts",
  tests: ["test/bridge/daemon/nonces.test.ts", "test/bridge/daemon/authenticate.test.ts"],
};
const signing = { file: "shared/signing.ts", tests: ["test/shared/signing.test.ts", "test/extension/bridge.test.ts"] };
const post = { file: "bridge/daemon/routes/post-snapshots.ts", tests: ["test/bridge/daemon/post-snapshots.test.ts"] };
const bridge = { file: "extension/bridge.ts", tests: ["test/extension/bridge.test.ts"] };

const bearer = { file: "bridge/daemon/metrics/bearer.ts", tests: ["test/bridge/daemon/metrics/bearer.test.ts"] };
const families = {
  file: "bridge/daemon/metrics/to-families.ts",
  tests: ["test/bridge/daemon/metrics/to-families.test.ts"],
};

const HOST = 'if (!isExactly(readHeader(head, "host"), ownHost)) return "bad-host";';
const CONTENT_TYPE = '  if (head.method === "POST" && !isJson(readHeader(head, "content-type"))) return "not-json";\n';
const SEC_FETCH_SITE =
  'if (!isAbsentOr(sites, "none") && !(mayBeFirefox && isExactly(sites, "same-origin"))) return "bad-site";';
const SEC_FETCH_MODE = 'if (!isAbsentOr(readHeader(head, "sec-fetch-mode"), mode)) return "bad-site";\n';

const mutants = [
  { name: "no Host check", ...refusal, from: HOST, to: "" },
  {
    name: "a Host that only begins like ours",
    ...refusal,
    from: HOST,
    to: 'if (!readHeader(head, "host")[0]?.startsWith(ownHost)) return "bad-host";',
  },
  {
    name: "any Origin",
    ...refusal,
    from: 'if (origins.length > 0 && !isExactly(origins, EXTENSION_ORIGIN) && !isFirefox(origins)) return "bad-origin";',
    to: "",
  },
  {
    name: "Origin null",
    ...refusal,
    from: "!isExactly(origins, EXTENSION_ORIGIN) && !isFirefox(origins)",
    to: '!isExactly(origins, EXTENSION_ORIGIN) && !isFirefox(origins) && !isExactly(origins, "null")',
  },
  {
    name: "POST without Origin",
    ...refusal,
    from: 'if ((head.method === "POST" || mode === "websocket") && origins.length === 0) return "bad-origin";',
    to: "",
  },
  { name: "Referer", ...refusal, from: 'if (readHeader(head, "referer").length > 0) return "bad-origin";', to: "" },
  {
    name: "Sec-Fetch-Site",
    ...refusal,
    from: SEC_FETCH_SITE,
    to: "",
  },
  {
    name: "any origin of Firefox's form",
    ...refusal,
    from: "{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;",
    to: "/;",
  },
  {
    name: "same-origin from our worker of Chromium",
    ...refusal,
    from: "const mayBeFirefox = !isExactly(origins, EXTENSION_ORIGIN);",
    to: "const mayBeFirefox = true;",
  },
  { name: "Sec-Fetch-Mode", ...refusal, from: SEC_FETCH_MODE, to: "" },
  { name: "any content type", ...refusal, from: `${SEC_FETCH_MODE}${CONTENT_TYPE}`, to: SEC_FETCH_MODE },
  {
    name: "no signature check",
    ...authenticate,
    from: 'if (!(await verifyRequest(key, claim, request))) throw new Refusal("unauthorised");',
    to: "",
  },
  {
    name: "any time",
    ...authenticate,
    from: "Math.abs(nowMs - timestampMs) <= MAX_CLOCK_SKEW_MS && timestampMs >= notBeforeMs",
    to: "timestampMs >= notBeforeMs",
  },
  { name: "from before the start", ...authenticate, from: " && timestampMs >= notBeforeMs", to: "" },
  {
    name: "nothing after the clock was set back",
    ...authenticate,
    from: "notBeforeMs = Math.min(notBeforeMs, nowMs);",
    to: "",
  },
  {
    name: "a nonce twice",
    ...authenticate,
    from: "if (waitMs === 0) nonces.remember(kid, nonce, claim.timestampMs + MAX_CLOCK_SKEW_MS);",
    to: "",
  },
  { name: "as much as anybody sends", ...nonces, from: "waitsMs.length < maxPerKey ? 0 :", to: "true ? 0 :" },
  {
    name: "keys that it never forgets",
    ...nonces,
    from: "if (lastUntilMs < nowMs) byKey.delete(kid);",
    to: "void kid;",
  },
  { name: "two Authorization headers", ...authenticate, from: " || second !== undefined", to: "" },
  {
    name: "a body that the signature does not cover",
    ...signing,
    from: "timestampMs, nonce, await toDigest(body)]",
    to: "timestampMs, nonce]",
  },
  { name: "a path that it does not cover", ...signing, from: '"cm1-req", method, path,', to: '"cm1-req", method,' },
  { name: "a method that it does not cover", ...signing, from: '"cm1-req", method, path', to: '"cm1-req", path' },
  {
    name: "an answer's status that it does not cover",
    ...signing,
    from: '"cm1-res", nonce, status,',
    to: '"cm1-res", nonce,',
  },
  {
    name: "a browser that speaks for another",
    ...post,
    from: 'if (post.install !== request.install) throw new Refusal("bad-body");',
    to: "",
  },
  {
    name: "any token for /metrics",
    ...bearer,
    from: "return timingSafeEqual(toDigest(given), toDigest(wanted));",
    to: "return true;",
  },
  { name: "two tokens for /metrics", ...bearer, from: " || second !== undefined", to: "" },
  { name: "a stale value as a metric", ...families, from: "rows.filter((row) => !row.stale)", to: "rows" },
  { name: "two accounts as one metric", ...families, from: "withoutTwins(status", to: "(status" },
  { name: "acknowledged before it is durable", ...post, from: "await rowKeeper.ingest(", to: "void rowKeeper.ingest(" },
  {
    name: "a pause of any length",
    ...bridge,
    from: "Math.min(Number(seconds) * 1000, MAX_BUSY_MS)",
    to: "Number(seconds) * 1000",
  },
  { name: "an answer without proof", ...bridge, from: 'if (!isProven) return { kind: "unproven" };', to: "" },
];

const reportSchema = z.looseObject({
  testResults: z.array(
    z.looseObject({ assertionResults: z.array(z.looseObject({ status: z.string(), fullName: z.string() })) }),
  ),
});

let copy: string;

test.beforeAll(async ({ sharedFolder }) => {
  copy = sharedFolder;
  for (const folder of [
    "shared",
    "bridge",
    "extension",
    "test/bridge",
    "test/shared",
    "test/extension",
    "test/harness",
  ]) {
    await cp(join(root, folder), join(copy, folder), { recursive: true });
  }
  for (const file of ["package.json", "manifest.json", "tsconfig.json"]) await cp(join(root, file), join(copy, file));
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  await writeFile(join(copy, "vitest.config.mjs"), "export default { test: { testTimeout: 90_000 } };\n");
});

/** Names of the tests that fail on the copy as it stands. */
async function listFailing(files: readonly string[]): Promise<string[]> {
  const report = join(copy, "report.json");
  await rm(report, { force: true });
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "--root", copy, "--reporter=json", `--outputFile=${report}`, "--bail=1", ...files];
  await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: copy, stdio: "ignore" });
    child.on("error", reject);
    child.on("close", resolve);
  });
  const { testResults } = reportSchema.parse(JSON.parse(await readFile(report, "utf8")));
  const all = testResults.flatMap((file) => file.assertionResults);
  if (all.length === 0) throw new Error("no test ran on the copy");
  return all.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
}

/** Each starts a whole runner of tests. */
const LIMIT_MS = 300_000;

test("the copy without a mutation passes, so that a failure means the mutation", { timeout: LIMIT_MS }, async () => {
  const files = new Set(mutants.flatMap(({ tests }) => tests));
  expect(await listFailing([...files])).toEqual([]);
});

test.each(mutants)("a bridge that accepts: $name", { timeout: LIMIT_MS }, async ({ name, file, tests, from, to }) => {
  const path = join(copy, file);
  const source = await readFile(path, "utf8");
  expect(source.split(from)).toHaveLength(2);
  await writeFile(
    path,
    source.replace(from, () => to),
  );
  const failing = await listFailing(tests);
  await writeFile(path, source);
  console.log(`${name}: noticed by "${failing[0] ?? "nothing"}"`);
  expect(failing.length).toBeGreaterThan(0);
});
