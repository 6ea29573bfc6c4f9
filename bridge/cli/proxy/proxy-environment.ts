// What a client needs in its environment to go through the proxy and behave as it does without, and what would keep it from
// going through at all. Pure.
import type { ProxyPlace } from "../../state/proxy-place.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Six hours: the longest window that is worth a hold lasts five. */
const HOLD_IDLE_MS = 21_600_000;
const LOOPBACK = ["127.0.0.1", "localhost"];

/** Claude Code names the account of its login in each request, also when another credential pays for it. */
const CREDENTIALS = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
  "CLAUDE_CODE_OAUTH_REFRESH_TOKEN",
];
/** Told to our own proxy alone, which takes it off: without it no answer becomes a reading of an account. */
const MARK = "X-Claude-Meter-Login: own";
const CREDENTIAL_HEADER = /^\s*(?:authorization|x-api-key)\s*:/i;

export function toProxyEnvironment(
  { holds = false, port }: Pick<ProxyPlace, "port" | "holds">,
  environment: Environment,
  settings: Environment,
): Record<string, string> {
  const exempt = (environment["NO_PROXY"] ?? environment["no_proxy"] ?? "").split(",").map((each) => each.trim());
  const noProxy = [...new Set([...exempt.filter((each) => each !== ""), ...LOOPBACK])].join(",");
  return {
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
    // Without it Claude Code takes us for a gateway: titles go to the large model, and headers and tools are missing.
    _CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL: "1",
    // A base URL over plain HTTP would go to HTTP_PROXY, with the credential readable.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    ...(holds && { CLAUDE_STREAM_IDLE_TIMEOUT_MS: toIdleLimit(environment["CLAUDE_STREAM_IDLE_TIMEOUT_MS"]) }),
    ...toCustomHeaders(environment, settings),
  };
}

/** How long Claude Code takes a stream without events for alive. */
function toIdleLimit(own: string | undefined): string {
  return Number(own) > HOLD_IDLE_MS ? String(own) : String(HOLD_IDLE_MS);
}

function toCustomHeaders(environment: Environment, settings: Environment): Record<string, string> {
  const own = environment["ANTHROPIC_CUSTOM_HEADERS"] ?? "";
  const lines = own.split("\n").filter((line) => line.trim() !== "" && line !== MARK);
  const isOwnLogin =
    CREDENTIALS.every((name) => !environment[name] && !settings[name]) &&
    !lines.some((line) => CREDENTIAL_HEADER.test(line));
  if (isOwnLogin) return { ANTHROPIC_CUSTOM_HEADERS: [...lines, MARK].join("\n") };
  // What an earlier call left in this shell is no longer true.
  return own.includes(MARK) ? { ANTHROPIC_CUSTOM_HEADERS: lines.join("\n") } : {};
}

const ELSEWHERE = [
  "CLAUDE_CODE_USE_BEDROCK",
  "CLAUDE_CODE_USE_VERTEX",
  "CLAUDE_CODE_USE_FOUNDRY",
  "CLAUDE_CODE_USE_GATEWAY",
  "ANTHROPIC_UNIX_SOCKET",
];

/** A sentence that says what to do; undefined when nothing is in the way. */
export function findObstacle(environment: Environment, settings: Environment, ownUrl?: string): string | undefined {
  const inSettings = ["ANTHROPIC_BASE_URL", ...ELSEWHERE].find((name) => settings[name]);
  if (inSettings !== undefined) {
    return `Claude Code's settings.json sets ${inSettings}, which counts more than the environment: remove it there.`;
  }
  const elsewhere = ELSEWHERE.find((name) => environment[name]);
  if (elsewhere !== undefined) return `${elsewhere} is set: requests would not pass the proxy.`;
  const base = environment["ANTHROPIC_BASE_URL"];
  if (base && base !== ownUrl) {
    return "ANTHROPIC_BASE_URL is set already: unset it, or give that https URL to `claude-meter proxy --upstream`.";
  }
  if (environment["HTTPS_PROXY"] || environment["https_proxy"]) {
    return "HTTPS_PROXY is set, and the proxy can only connect directly.";
  }
  return undefined;
}
