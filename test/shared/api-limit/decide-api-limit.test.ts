// Every kind of limit by status, headers and body: what it is, when it ends, and when a retry is worth it.
import { expect, test } from "vitest";
import { apiLimitKinds, decideApiLimit } from "../../../shared/api-limit/decide-api-limit.ts";
import { cases, NOW_MS } from "./answers.ts";

test.each(cases)("$status, $name: $kind", ({ status, headers = {}, error, kind, ...expected }) => {
  const limit = decideApiLimit({
    status,
    headers: new Map(Object.entries(headers)),
    type: error?.type ?? null,
    code: error?.code ?? null,
    message: error?.message ?? null,
    seenAtMs: NOW_MS,
  });
  if (kind === "none") return expect(limit).toBeUndefined();
  const toMs = (seconds: number | undefined) => (seconds === undefined ? null : NOW_MS + seconds * 1000);
  expect(limit).toEqual({
    kind,
    window: expected.window ?? null,
    allowed: expected.allowed ?? null,
    endsAtMs: toMs(expected.ends),
    retryAtMs: toMs(expected.retry),
    retryOf: expected.retryOf ?? null,
  });
});

test("there are more than 60 cases, and every kind is among them", () => {
  expect(cases.length).toBeGreaterThan(60);
  expect(apiLimitKinds.filter((kind) => !cases.some((each) => each.kind === kind))).toEqual([]);
});
