// What a client needs in its environment to go through the proxy and behave as it does without, and what would keep it from
// going through at all. Pure.

export type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = ["127.0.0.1", "localhost"];

export function toProxyEnvironment(port: number, environment: Environment): Record<string, string> {
  const exempt = (environment["NO_PROXY"] ?? environment["no_proxy"] ?? "").split(",").map((each) => each.trim());
  const noProxy = [...new Set([...exempt.filter((each) => each !== ""), ...LOOPBACK])].join(",");
  return {
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
    // Without it Claude Code takes us for a gateway: titles go to the large model, and headers and tools are missing.
    _CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL: "1",
    // A base URL over plain HTTP would go to HTTP_PROXY, with the credential readable.
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
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
