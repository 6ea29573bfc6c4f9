// The head of a held answer, and which requests are turns at all.
import { describe, expect, test } from "vitest";
import { toHeldHeaders } from "../../../bridge/proxy/hold-answer.ts";
import { isTurn } from "../../../bridge/proxy/is-turn.ts";
import { createKeptBodies } from "../../../bridge/proxy/kept-bodies.ts";
import { createTopLevelReader } from "../../../bridge/proxy/top-level-reader.ts";

const PREFIX = "anthropic-ratelimit-unified";

test("the windows of the refusal stay, but are allowed, and nothing tells of a refusal", () => {
  const refusal = [
    ["Content-Type", "application/json"],
    ["Content-Length", "120"],
    ["Content-Encoding", "gzip"],
    ["retry-after", "600"],
    ["request-id", "req_1"],
    [`${PREFIX}-status`, "rejected"],
    [`${PREFIX}-5h-status`, "rejected"],
    [`${PREFIX}-7d_oi-status`, "rejected"],
    [`${PREFIX}-5h-utilization`, "1"],
    [`${PREFIX}-5h-surpassed-threshold`, "1"],
    [`${PREFIX}-overage-status`, "rejected"],
  ];
  expect(toHeldHeaders(refusal.flat())).toEqual([
    ...["request-id", "req_1"],
    ...[`${PREFIX}-status`, "allowed"],
    ...[`${PREFIX}-5h-status`, "allowed"],
    ...[`${PREFIX}-7d_oi-status`, "allowed"],
    ...[`${PREFIX}-5h-utilization`, "1"],
    // Of money nothing changes: it is refused in every answer of most plans.
    ...[`${PREFIX}-overage-status`, "rejected"],
    ...["content-type", "text/event-stream; charset=utf-8"],
    ...["cache-control", "no-cache"],
    ...["x-claude-meter", "held"],
  ]);
});

describe("a turn", () => {
  const many = `[${Array.from({ length: 200 }, (_, index) => `{"name":"tool ${index}"}`).join(",")}]`;

  test.each<[string, string | undefined, string, boolean]>([
    ["of Claude Code", "main", '{"stream":true}', true],
    ["of a subagent", "subagent", '{"stream":true,"tools":[]}', true],
    ["is no title", "auxiliary", `{"stream":true,"tools":${many}}`, false],
    ["is no aside", "side_reply", '{"stream":true}', false],
    ["streams", "main", '{"model":"m","tools":[{}]}', false],
    ["does not stream by a message of its own", "main", '{"messages":[{"stream":true}],"stream":false}', false],
    ["of another program has tools", undefined, `{"stream":true,"tools":${many}}`, true],
    ["of another program without tools may be a title", undefined, '{"stream":true,"tools":[ ]}', false],
    ["of another program with no word of tools neither", undefined, '{"stream":true}', false],
  ])("%s", (_name, kind, text, expected) => {
    const body = createTopLevelReader(["stream", "tools"]);
    body.push(Buffer.from(text));
    expect(isTurn(kind === undefined ? [] : ["X-Claude-Code-Request-Class", kind], body)).toBe(expected);
  });
});

test("bodies that do not fit together are not kept, and make room when they are gone", () => {
  const keep = createKeptBodies(100);
  const [first, second, third] = [keep(), keep(), keep()];
  first.push(Buffer.alloc(60, "a"));
  second.push(Buffer.alloc(30, "b"));
  second.push(Buffer.alloc(30, "b"));
  expect([first.read()?.length, second.read()]).toEqual([60, undefined]);
  first.drop();
  third.push(Buffer.alloc(100, "c"));
  expect(third.read()?.length).toBe(100);
});
