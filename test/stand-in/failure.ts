// The ways claude.ai, or what lies before it, can fail: which request a rule hits and what it gets instead.
import { type Answer, toErrorAnswer, toHtmlAnswer, toJsonAnswer, toRedirect, toSignedOutAnswer } from "./answer.ts";

export type FailureKind =
  | "signed-out"
  | "challenge"
  | "challenge-without-header"
  | "html-200"
  | "html-403"
  | "redirect-login"
  | "rate-limited"
  | "server-error"
  | "overloaded"
  | "bad-gateway"
  | "empty"
  | "truncated"
  | "truncated-json"
  | "too-large"
  | "hang"
  | "slow"
  | "reset"
  | "error-200"
  | "unknown-keys-200"
  | "proto"
  | "instead";

export type FailureRule = {
  kind: FailureKind;
  /** Matched against path and query; without it every API path. */
  path?: RegExp;
  /** How many requests it hits; without it all until heal(). */
  times?: number;
  /** Only "rate-limited": sent as it is; without it there is no header. */
  retryAfter?: string;
  /** Only "error-200": the words of the error. */
  message?: string;
  /** Only "slow". */
  delayMs?: number;
  /** Only "instead": what is answered. */
  answer?: Answer;
};

const TOO_LARGE_BYTES = 10 * 1024 * 1024;
const CHALLENGE =
  '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript ' +
  "and cookies to continue</noscript><script>var a = document.createElement('script');" +
  "a.src = '/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=0000000000000000';</script></body></html>";
const REGION =
  '<!DOCTYPE html><html lang="en"><head><title>App unavailable in region</title></head><body></body></html>';
const PROTO_KEYS = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},';

/** The first rule that hits this path; a rule with `times` is used up by it. */
export function takeFailure(rules: FailureRule[], path: string): FailureRule | undefined {
  // search() and not test(): a pattern with the g flag would remember where it stopped.
  const index = rules.findIndex((rule) => path.search(rule.path ?? /^\/api\//) !== -1);
  const rule = rules[index];
  if (rule?.times === undefined) return rule;
  if (rule.times > 1) rules[index] = { ...rule, times: rule.times - 1 };
  else rules.splice(index, 1);
  return rule;
}

export function toFailedAnswer(rule: FailureRule, normal: Answer): Answer {
  switch (rule.kind) {
    case "signed-out":
      return toSignedOutAnswer();
    case "challenge":
      return toHtmlAnswer(403, CHALLENGE, { "cf-mitigated": "challenge" });
    case "challenge-without-header":
      return toHtmlAnswer(403, CHALLENGE);
    case "html-200":
      return toHtmlAnswer(200, REGION);
    case "html-403":
      return toHtmlAnswer(403, "<html><head><title>403 Forbidden</title></head><body></body></html>");
    case "redirect-login":
      return toRedirect("/login");
    case "rate-limited": {
      const answer = toErrorAnswer(429, "rate_limit_error", "Rate limited. Please try again later.");
      const headers = rule.retryAfter === undefined ? {} : { "retry-after": rule.retryAfter };
      return { ...answer, headers: { ...answer.headers, ...headers } };
    }
    case "server-error":
      return toErrorAnswer(500, "api_error", "Internal server error");
    case "overloaded":
      return toErrorAnswer(529, "overloaded_error", "Overloaded");
    case "bad-gateway":
      return toHtmlAnswer(502, "<html><head><title>502 Bad Gateway</title></head><body></body></html>");
    case "empty":
      return toJsonAnswer(200, "");
    case "truncated-json":
      return { ...normal, body: normal.body.slice(0, normal.body.length / 2) };
    case "too-large":
      // White space after the text: still right JSON, so only a size limit can refuse it.
      return { ...normal, body: normal.body.padEnd(TOO_LARGE_BYTES) };
    case "error-200":
      return { ...toErrorAnswer(500, "api_error", rule.message ?? "Internal server error"), status: 200 };
    case "unknown-keys-200":
      return toJsonAnswer(200, { hello: 1 });
    case "proto":
      // As text: JSON.stringify would leave __proto__ out.
      return { ...normal, body: normal.body.replace(/^\{/, `{${PROTO_KEYS}`) };
    case "instead":
      return rule.answer ?? normal;
    case "truncated":
    case "hang":
    case "slow":
    case "reset":
      // These fail on the way: the answer itself is the normal one.
      return normal;
  }
}
