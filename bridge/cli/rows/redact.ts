// A row without free text: numbers, enums, moments and ids only, safe to show to an agent or in a bug report. Pure.
import type { Row } from "../../../shared/freshness.ts";

export type RedactedRow = Omit<Row, "org_name" | "account_email">;

export function toRedactedRow(row: Row): RedactedRow {
  const { org_name, account_email, ...rest } = row;
  const windows = rest.windows.map((window) => ({ ...window, label: window.id, model: window.model && window.id }));
  return { ...rest, windows, usage: rest.usage && redactObject(rest.usage) };
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/;

function redactObject(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => /^[A-Za-z0-9_]{1,64}$/.test(key))
      .map(([key, inner]) => [key, redactValue(inner)]),
  );
}

/** Text of the server's own body stays only where it is a moment; its words could be anybody's. */
export function redactValue(value: unknown): unknown {
  if (typeof value === "string") return MOMENT.test(value) ? value : "…";
  if (Array.isArray(value)) return value.map(redactValue);
  return typeof value === "object" && value !== null ? redactObject({ ...value }) : value;
}
