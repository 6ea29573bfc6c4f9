// What one answer tells the meter: a reading of the plan's windows, the limits of an API key, a refusal. Only what headers
// say and what the request says of itself; a row that is not certain gets nothing. Pure.
import * as z from "zod/mini";
import { decideApiLimit } from "../../shared/api-limit/decide-api-limit.ts";
import { type HeaderMap, readLimitHeaders } from "../../shared/api-limit/limit-headers.ts";
import type { ApiRefusal, KeyLimits } from "../../shared/api-limit/limits.ts";
import { parseJson } from "../../shared/json.ts";
import { toIso } from "../../shared/time.ts";
import { uuidSchema } from "../../shared/wire-text.ts";

export type ProxyReading = {
  source: "proxy";
  account_uuid: string;
  org_uuid: string;
  account_email: null;
  observed_at: string;
  windows: Record<string, { utilization: number; resets_at: string | null }>;
};

export type AnswerFacts = {
  reading?: ProxyReading;
  keyLimits?: KeyLimits;
  refusal?: ApiRefusal;
};

export type ErrorWords = { type: string | null; code: string | null; message: string | null };

export type Exchange = {
  status: number;
  headers: HeaderMap;
  /** The hash of the API key; undefined for a login. */
  key: string | undefined;
  /** JSON texts of the request: `model`, and `metadata`, in which Claude Code names the account of its login. */
  model: string | undefined;
  /** Undefined unless the request is known to carry the credential of that login. */
  metadata: string | undefined;
  /** The workspace that the request asks for. */
  workspace: string | undefined;
  error: ErrorWords | undefined;
  seenAtMs: number;
};

export function toAnswerFacts(exchange: Exchange): AnswerFacts {
  const { headers, key, seenAtMs, status } = exchange;
  const { plan, buckets } = readLimitHeaders(headers, seenAtMs);
  const account = key === undefined ? toAccount(exchange.metadata) : undefined;
  const organisation = toUuid(headers.get("anthropic-organization-id"));
  const model = toModel(exchange.model);
  const workspace = toWorkspace(headers.get("anthropic-workspace-id") ?? exchange.workspace);
  const windows = Object.fromEntries(
    (plan?.windows ?? []).flatMap(({ id, usedPercent, resetsAtMs }) =>
      usedPercent === null ? [] : [[id, { utilization: usedPercent, resets_at: toIsoOrNull(resetsAtMs) }]],
    ),
  );
  const observed_at = toIso(seenAtMs);
  const hasRow = account !== undefined && organisation !== undefined && Object.keys(windows).length > 0;
  const refusal = toRefusal(exchange, { account, model, workspace });
  return {
    ...(hasRow && {
      reading: {
        source: "proxy",
        account_uuid: account,
        org_uuid: organisation,
        account_email: null,
        observed_at,
        windows,
      },
    }),
    ...(key !== undefined &&
      buckets.length > 0 && {
        keyLimits: {
          key,
          model,
          workspace,
          observed_at,
          buckets: buckets.map(({ id, limit, remaining, resetsAtMs }) => ({
            id,
            limit,
            remaining,
            resets_at: toIsoOrNull(resetsAtMs),
          })),
        },
      }),
    ...(status >= 400 && refusal && { refusal }),
  };
}

type Whose = { account: string | undefined; model: string | null; workspace: string | null };

function toRefusal(exchange: Exchange, { account, model, workspace }: Whose): ApiRefusal | undefined {
  const { error, headers, key, seenAtMs, status } = exchange;
  const { type = null, code = null, message = null } = error ?? {};
  const limit = decideApiLimit({ status, headers, type, code, message, seenAtMs });
  if (!limit) return undefined;
  return {
    at: toIso(seenAtMs),
    status,
    kind: limit.kind,
    window: toSlug(limit.window),
    allowed: limit.allowed,
    ends_at: toIsoOrNull(limit.endsAtMs),
    retry_at: toIsoOrNull(limit.retryAtMs),
    retry_of: toSlug(limit.retryOf),
    key: key ?? null,
    account_uuid: account ?? null,
    model,
    workspace,
  };
}

const metadataSchema = z.looseObject({ user_id: z.string() });
const userSchema = z.looseObject({ account_uuid: z.string() });

/** Claude Code's `metadata.user_id` is JSON again; what another program writes there names no account. */
function toAccount(metadata: string | undefined): string | undefined {
  const user = metadataSchema.safeParse(toJson(metadata)).data?.user_id;
  return toUuid(userSchema.safeParse(toJson(user)).data?.account_uuid);
}

function toModel(text: string | undefined): string | null {
  const model = toJson(text);
  return typeof model === "string" && /^[\w.:@/-]{1,100}$/.test(model) ? model : null;
}

function toWorkspace(text: string | undefined): string | null {
  return text !== undefined && /^[\w-]{1,80}$/.test(text) ? text : null;
}

function toSlug(text: string | null): string | null {
  return text !== null && /^[a-z0-9_-]{1,40}$/.test(text) ? text : null;
}

function toUuid(text: string | undefined): string | undefined {
  return uuidSchema.safeParse(text?.toLowerCase()).data;
}

function toJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJson(text);
  } catch {
    // Not JSON: then it says nothing to us.
    return undefined;
  }
}

function toIsoOrNull(ms: number | null): string | null {
  return ms === null ? null : toIso(ms);
}
