// The proxy's entry: listens, says where, and ends with its parent or on a signal. What it cannot do it says and ends with.
import { createHmac } from "node:crypto";
import { formatLocalClock } from "../../shared/format-local-clock.ts";
import { parseJson } from "../../shared/json.ts";
import { askBridge } from "../state/ask-bridge.ts";
import { exitCodes } from "../state/exit-code.ts";
import { toStateFolder } from "../state/paths.ts";
import { ensurePrivateFolder } from "../state/private-files.ts";
import { createSecret, ensureKeySalt, type ProxyPlace, removePlace, writePlace } from "../state/proxy-place.ts";
import { type HeldMessage, type WaitRules, waitRulesSchema } from "../state/wait-rules.ts";
import { createLowLimits } from "./low-limits.ts";
import { createPatience } from "./patience.ts";
import { createProxyServer } from "./proxy-server.ts";
import { createReporter } from "./reporter.ts";
import { createSpeaker } from "./speaker.ts";
import { waitUntil } from "./wait-until.ts";

const KEY_HASH_CHARACTERS = 12;
const CLOSE_LIMIT_MS = 2_000;

/**
 * `node proxy.js foreground|run <port> <upstream> <rules>`, by a parent that speaks IPC: a run is told that way the port,
 * and what is held.
 */
async function main([mode, port = "", upstream = "", rulesText = ""]: string[]): Promise<void> {
  process.umask(0o077);
  const isOfRun = mode === "run";
  const rules = waitRulesSchema.parse(parseJson(rulesText));
  const say = createSpeaker((line) => {
    // The terminal of a run belongs to the agent.
    if (!isOfRun) process.stderr.write(`claude-meter proxy: ${line}\n`);
  }, Date.now);
  const folder = toStateFolder();
  await ensurePrivateFolder(folder);
  const salt = await ensureKeySalt(folder);
  const reporter = createReporter(askBridge);
  const findLow = createLowLimits();
  const secret = createSecret();
  const hashKey = (key: string) => createHmac("sha256", salt).update(key).digest("hex").slice(0, KEY_HASH_CHARACTERS);
  const onHeld = (held: HeldMessage) => {
    if (isOfRun && process.connected) process.send?.(held);
    say(toHeldWords(held));
  };
  const server = createProxyServer({
    upstream: new URL(upstream),
    secret,
    hashKey,
    patience: hasWork(rules)
      ? createPatience({ rules, upstreamHost: new URL(upstream).host, hashKey, onHeld, waitUntil, now: Date.now })
      : undefined,
    onFacts: (facts) => {
      reporter.take(facts);
      if (facts.keyLimits) for (const words of findLow(facts.keyLimits, Date.now())) say(words);
      if (facts.refusal) say(`refused (${facts.refusal.status}): ${facts.refusal.kind}; see \`claude-meter why\``);
    },
    onTrouble: say,
    now: Date.now,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: Number(port), exclusive: true }, resolve);
  });
  const address = server.address();
  const place: ProxyPlace = {
    pid: process.pid,
    port: typeof address === "object" && address !== null ? address.port : 0,
    secret,
    holds: rules.hold_ms !== null,
  };
  if (isOfRun) process.send?.({ port: place.port });
  else await writePlace(folder, place);

  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(exitCodes.interrupted);
    isStopping = true;
    setTimeout(() => process.exit(exitCodes.internal), CLOSE_LIMIT_MS).unref();
    server.close();
    server.closeAllConnections();
    const isLeft = isOfRun ? Promise.resolve() : removePlace(folder, place);
    void Promise.allSettled([reporter.close(), isLeft]).then(() => process.exit(exitCodes.done));
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, stop);
  // Nobody would end it after its parent, however that ended.
  process.on("disconnect", stop);
  if (!process.connected) return stop();
  // Last: whoever reads this may end us at once.
  say(`listening on http://127.0.0.1:${place.port}, upstream ${new URL(upstream).host}`);
}

function hasWork(rules: WaitRules): boolean {
  return rules.hold_ms !== null || rules.smooth;
}

function toHeldWords({ held, until }: HeldMessage): string {
  if (until === null) return "no turn is held any more";
  return `holding ${held} turn${held === 1 ? "" : "s"}, the next goes on at ${formatLocalClock(until, Date.now())}`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `claude-meter: the proxy cannot run: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(exitCodes.internal);
});
