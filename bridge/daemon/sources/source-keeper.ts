// Conductor of the sources that are asked: Claude Code's own cache, its client, and, for who switched it on, the API. Only for
// a login that somebody wants to know about, one question at a time, and never while anything direct is young.
import { statSync } from "node:fs";
import type { Reading } from "../../../shared/reading.ts";
import type { Status } from "../../../shared/row.ts";
import { toIso } from "../../../shared/time.ts";
import { findClaude } from "../../state/find-claude.ts";
import { readCachedUsage } from "../../state/read-cached-usage.ts";
import type { Login } from "../../state/read-login.ts";
import { type Pane, readPane, toLoginEnvironment, toLoginFiles } from "../../state/read-pane.ts";
import type { LoginReport, SilentReason, SourceReport } from "../../state/source-report.ts";
import { readSourceSettings, type SourceSettings } from "../../state/source-settings.ts";
import { createTurns } from "../in-turn.ts";
import type { Log } from "../log.ts";
import { askClaudeCode, type ClaudeAnswer } from "./ask-claude-code.ts";
import { type Ask, openAskMemory } from "./ask-memory.ts";
import { askOAuth } from "./ask-oauth.ts";
import { type AskDecision, type AskPace, claudeCodePace, decideAsk, neverAsked, oauthPace } from "./decide-ask.ts";
import { readToken } from "./read-token.ts";
import { toDirectMs } from "./to-direct-ms.ts";
import { toUsageReading } from "./to-usage-reading.ts";

export type SourceKeeper = {
  /** Somebody with this login wants to know; true when there is a reading that was not there before. */
  want: (configDir: string | null) => Promise<boolean>;
  /** The same of every login that is known; resolves with when Claude Code is asked next, at the earliest. */
  wantAll: () => Promise<string | undefined>;
  /** Who is connected has changed: while anybody is, all logins are wanted. */
  onWatchers: () => void;
  report: () => Promise<SourceReport>;
  /** sources.json has changed. */
  reload: () => Promise<void>;
  close: () => Promise<void>;
};

export type SourceKeeperOptions = {
  folder: string;
  version: string;
  now: () => number;
  random: () => number;
  log: Log;
  readStatus: () => Status;
  ingestReadings: (readings: readonly Reading[]) => Promise<number>;
  /** Somebody is connected who hears of every change, or works under a lease. */
  isWatched: () => boolean;
  onDefect: (error: unknown) => void;
  askClaude?: (configDir: string | null, program: string) => Promise<ClaudeAnswer>;
};

/** As often as a waiting guard asks. */
const STEP_MS = 60_000;
/** A guard or a run that ended says no word. */
const WANTED_MS = 150_000;
/** In a row, with pauses up to an hour: no token of this user is heard with our name. */
const MAX_REFUSALS = 6;

type Source = "claude-code" | "oauth";

/** `before`: when its client had last noted an answer. */
type AskedLogin = { configDir: string | null; login: Login; askedMs: number; before: number | undefined };

export async function openSourceKeeper(options: SourceKeeperOptions): Promise<SourceKeeper> {
  const { folder, version, now, random, log, readStatus, ingestReadings, isWatched, onDefect } = options;
  const memory = await openAskMemory(options);
  const inTurn = createTurns();
  const ending = new AbortController();
  const wantedUntilMs = new Map<string | null, number>();
  const looking = new Map<string | null, Promise<boolean>>();
  /** Of the login file when its cache was last read. */
  const cachedOf = new Map<string | null, number>();
  const keychainMs = new Map<string | null, number>();
  let settings = await readOrUsual();
  let timer: NodeJS.Timeout | undefined;

  const askClaude =
    options.askClaude ?? ((configDir, program) => askClaudeCode({ program, configDir, folder, signal: ending.signal }));

  async function readOrUsual(): Promise<SourceSettings> {
    try {
      return await readSourceSettings(folder);
    } catch {
      log("sources.json cannot be read: nothing is asked until it is fixed or removed");
      return { schema: 1, claude_code: { on: false }, oauth: { on: false } };
    }
  }

  const listDirs = (): (string | null)[] => [null, ...memory.listConfigDirs()];
  const isWanted = (configDir: string | null) => isWatched() || (wantedUntilMs.get(configDir) ?? 0) > now();

  async function want(configDir: string | null): Promise<boolean> {
    wantedUntilMs.set(configDir, now() + WANTED_MS);
    if (configDir !== null) await memory.keepConfigDir(configDir);
    return await look(configDir);
  }

  /** Who asks while a look is under way gets what it brings. */
  function look(configDir: string | null): Promise<boolean> {
    const known = looking.get(configDir);
    if (known) return known;
    const begun = lookOnce(configDir).finally(() => looking.delete(configDir));
    looking.set(configDir, begun);
    return begun;
  }

  async function lookOnce(configDir: string | null): Promise<boolean> {
    const pane = readLogin(configDir);
    if (pane.kind !== "signed-in" || ending.signal.aborted) return false;
    const hasCached = settings.claude_code.on && (await takeCached(configDir, pane.login));
    const hasAsked = await inTurn(async () => {
      return (await takeFromClaude(configDir, pane.login)) || (await takeFromOAuth(configDir, pane.login));
    });
    return hasCached || hasAsked;
  }

  /** Costs no request, and is as old as it says. */
  async function takeCached(configDir: string | null, login: Login): Promise<boolean> {
    const changedMs = readChangedMs(configDir);
    if (changedMs === undefined || cachedOf.get(configDir) === changedMs) return false;
    cachedOf.set(configDir, changedMs);
    const cached = readCachedUsage(login, toLoginEnvironment(configDir));
    if (cached?.kind !== "own") return false;
    return await take(login, cached.utilization, Math.min(cached.fetchedMs, now()));
  }

  async function take(login: Login, body: unknown, observedMs: number, source: Source = "claude-code") {
    const reading = toUsageReading(login, { source, body, observedMs });
    return reading !== undefined && (await ingestReadings([reading])) > 0;
  }

  async function takeFromClaude(configDir: string | null, login: Login): Promise<boolean> {
    const key = toClaudeKey(configDir);
    const asked = memory.read(key) ?? neverAsked;
    if (!settings.claude_code.on || decide(configDir, login, asked, claudeCodePace).kind !== "ask") return false;
    const program = findClaude(settings.claude_code.program);
    if (program === undefined) return false;
    const askedMs = now();
    // Before the answer: a bridge that is killed meanwhile has asked all the same.
    await memory.keep(key, { askedMs, failures: asked.failures + 1, share: random(), last: "no-answer" });
    const before = readFetchedMs(configDir, login);
    const answer = await askClaude(configDir, program);
    const last = await takeAnswer(answer, { configDir, login, askedMs, before });
    await memory.keep(key, {
      ...(memory.read(key) ?? neverAsked),
      failures: last === undefined ? 0 : asked.failures + 1,
      last,
    });
    return last === undefined;
  }

  /** Undefined: there is a reading. */
  async function takeAnswer(
    answer: ClaudeAnswer,
    { configDir, login, askedMs, before }: AskedLogin,
  ): Promise<SilentReason | undefined> {
    if (answer.kind === "no-answer") return "no-answer";
    const after = readLogin(configDir);
    // Somebody signed in to another account meanwhile: nobody knows whose the numbers are.
    if (after.kind !== "signed-in" || !isSame(after.login, login)) return "other-login";
    const fetchedMs = readFetchedMs(configDir, login);
    // Without a network the client shows what it read up to an hour ago; only what it noted since we asked is of now.
    if (fetchedMs === undefined || fetchedMs === before) return "no-numbers";
    const observedMs = fetchedMs > askedMs && fetchedMs < now() ? fetchedMs : askedMs;
    return (await take(login, answer.rateLimits, observedMs)) ? undefined : "no-numbers";
  }

  /** When the client last noted an answer for this login. */
  function readFetchedMs(configDir: string | null, login: Login): number | undefined {
    const cached = readCachedUsage(login, toLoginEnvironment(configDir));
    return cached?.kind === "own" ? cached.fetchedMs : undefined;
  }

  async function takeFromOAuth(configDir: string | null, login: Login): Promise<boolean> {
    if (!settings.oauth.on || isRefused()) return false;
    if (decide(configDir, login, neverAsked, oauthPace).kind !== "ask") return false;
    const token = await readToken({ configDir, nowMs: now(), mayAskKeychain: mayAskKeychain(configDir) });
    const key = token && `oauth ${token.hash}`;
    const asked: Ask = (key !== undefined && memory.read(key)) || neverAsked;
    if (!token || key === undefined || decide(configDir, login, asked, oauthPace).kind !== "ask") return false;
    const askedMs = now();
    await memory.keep(key, { askedMs, failures: asked.failures + 1, share: random(), last: "no-answer" });
    const answer = await askOAuth({ token, version, signal: ending.signal });
    const isRead = answer.kind === "body" && (await take(login, answer.body, askedMs, "oauth"));
    const next: Ask = { askedMs, failures: isRead ? 0 : asked.failures + 1, share: random() };
    if (answer.kind === "refused") {
      const refusals = (asked.refusals ?? 0) + 1;
      await memory.keep(key, { ...next, heldUntilMs: now() + answer.holdMs, last: "refused", refusals });
      if (refusals >= MAX_REFUSALS) await giveUp();
    } else {
      const last = isRead ? undefined : answer.kind === "body" ? "no-numbers" : "no-answer";
      await memory.keep(key, { ...next, last });
    }
    return isRead;
  }

  /** It may put a question to its user, so no more often than the API is asked. */
  function mayAskKeychain(configDir: string | null): boolean {
    const isDue = now() - (keychainMs.get(configDir) ?? Number.NEGATIVE_INFINITY) >= oauthPace.everyMs;
    if (settings.oauth.keychain !== true || !isDue) return false;
    keychainMs.set(configDir, now());
    return true;
  }

  async function giveUp(): Promise<void> {
    await memory.keepRefused(now());
    log("the API keeps refusing the source oauth: it is off until `claude-meter sources --on oauth`");
  }

  const isRefused = () => (memory.readRefusedMs() ?? 0) > (settings.oauth.on_at_ms ?? 0);

  function decide(configDir: string | null, login: Login, asked: Ask, pace: AskPace): AskDecision {
    return decideAsk(
      { isWanted: isWanted(configDir), directMs: toDirectMs(readStatus(), login), asked, nowMs: now() },
      pace,
    );
  }

  function onWatchers(): void {
    if (!isWatched() || ending.signal.aborted) {
      clearTimeout(timer);
      timer = undefined;
      return;
    }
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      onWatchers();
    }, STEP_MS);
    Promise.all(listDirs().map(look)).catch(onDefect);
  }

  async function report(): Promise<SourceReport> {
    const claude = listDirs().map((configDir) => toClaudeReport(configDir));
    const oauth = await Promise.all(listDirs().map((configDir) => toOAuthReport(configDir)));
    return {
      schema: 1,
      sources: [
        { source: "claude-code", logins: claude },
        { source: "oauth", logins: oauth },
      ],
    };
  }

  function toClaudeReport(configDir: string | null): LoginReport {
    const asked = memory.read(toClaudeKey(configDir)) ?? neverAsked;
    const pane = readLogin(configDir);
    const obstacle = !settings.claude_code.on
      ? "off"
      : (toObstacle(pane) ?? (findClaude(settings.claude_code.program) ? undefined : "no-program"));
    return toReport({ configDir, pane, asked, obstacle }, claudeCodePace);
  }

  async function toOAuthReport(configDir: string | null): Promise<LoginReport> {
    const pane = readLogin(configDir);
    if (!settings.oauth.on || isRefused()) {
      const obstacle = settings.oauth.on ? "refused-for-good" : "off";
      return toReport({ configDir, pane, asked: neverAsked, obstacle }, oauthPace);
    }
    // The Keychain would ask its user.
    const token = await readToken({ configDir, nowMs: now(), mayAskKeychain: false });
    const asked = (token && memory.read(`oauth ${token.hash}`)) || neverAsked;
    const hasNone = token === undefined && settings.oauth.keychain !== true;
    return toReport(
      { configDir, pane, asked, obstacle: toObstacle(pane) ?? (hasNone ? "no-token" : undefined) },
      oauthPace,
    );
  }

  function toReport(
    {
      configDir,
      pane,
      asked,
      obstacle,
    }: { configDir: string | null; pane: Pane; asked: Ask; obstacle: SilentReason | undefined },
    pace: AskPace,
  ): LoginReport {
    const asked_at = asked.askedMs === undefined ? null : toIso(asked.askedMs);
    if (obstacle !== undefined || pane.kind !== "signed-in") {
      return { config_dir: configDir, reason: obstacle ?? "not-signed-in", asked_at, next_ask_at: null };
    }
    const decision = decide(configDir, pane.login, asked, pace);
    const untilMs = decision.kind === "ask" ? now() : decision.untilMs;
    const reason = asked.last ?? (decision.kind === "ask" ? null : decision.reason);
    return { config_dir: configDir, reason, asked_at, next_ask_at: toIso(untilMs) };
  }

  /** By the login file and the settings of that folder alone: the bridge's environment is not a pane's. */
  function readLogin(configDir: string | null): Pane {
    return readPane(toLoginEnvironment(configDir), folder);
  }

  return {
    want,
    wantAll: async () => {
      await Promise.all(listDirs().map(want));
      const nexts = listDirs().flatMap((configDir) => toClaudeReport(configDir).next_ask_at ?? []);
      return nexts.toSorted()[0];
    },
    onWatchers,
    report,
    reload: async () => {
      settings = await readOrUsual();
      onWatchers();
    },
    close: async () => {
      ending.abort();
      clearTimeout(timer);
      await inTurn.settled();
    },
  };
}

function toClaudeKey(configDir: string | null): string {
  return `claude-code ${configDir ?? ""}`;
}

function readChangedMs(configDir: string | null): number | undefined {
  return toLoginFiles(toLoginEnvironment(configDir))
    .map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs)
    .find((each) => each !== undefined);
}

function toObstacle(pane: Pane): SilentReason | undefined {
  switch (pane.kind) {
    case "signed-in":
      return undefined;
    case "nobody":
      return "not-signed-in";
    case "unreadable":
      return "unreadable-login";
    case "other-credential":
      return "other-credential";
  }
}

function isSame(a: Login, b: Login): boolean {
  return a.account_uuid === b.account_uuid && a.org_uuid === b.org_uuid;
}
