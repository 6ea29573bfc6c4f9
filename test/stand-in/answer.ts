// One HTTP answer of the stand-in before it is sent, and the kinds of it.

export type Answer = { status: number; headers: Record<string, string>; body: string };

export function toJsonAnswer(status: number, body: unknown): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: { "content-type": "application/json" }, body: text };
}

export function toHtmlAnswer(status: number, html: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { "content-type": "text/html; charset=utf-8", ...headers }, body: html };
}

export function toRedirect(location: string, headers: Record<string, string> = {}): Answer {
  return toHtmlAnswer(302, "", { location, ...headers });
}

export function toErrorAnswer(status: number, type: string, message: string): Answer {
  const error = { type, message, details: { error_visibility: "user_facing" } };
  return toJsonAnswer(status, { type: "error", error, request_id: "req_011CAAAAAAAAAAAAAAAAAAAA" });
}

/** Missing, expired or wrong session: 403, not 401. */
export function toSignedOutAnswer(): Answer {
  const details = { error_code: "account_session_invalid", error_visibility: "user_facing" };
  const error = { type: "permission_error", message: "Invalid authorization", details };
  return toJsonAnswer(403, { type: "error", error, request_id: null });
}
