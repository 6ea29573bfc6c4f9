// How the numbers of a status line get their date from the session's transcript.
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { findAnswerTime, readAnswerTime } from "../../../../bridge/cli/statusline/read-answer-time.ts";
import { test } from "../../../harness/test.ts";

const NOW_MS = Date.parse("2026-11-20T10:00:00.000Z");
const ANSWERED = "2026-11-20T09:12:34.567Z";
const answer = JSON.stringify({ type: "assistant", message: { content: "x" }, timestamp: ANSWERED });
const prompt = JSON.stringify({
  type: "user",
  message: { content: '"assistant"' },
  timestamp: "2026-11-20T09:59:00.000Z",
});

describe("the newest answer", () => {
  test.each([
    ["alone", answer],
    ["before a prompt", `${answer}\n${prompt}\n`],
    ["after an older one", `${answer.replace("09:12", "08:00")}\n${answer}\n`],
    ["behind half a line", `nt":"x"},"timestamp":"2026-11-20T09:00:00.000Z"}\n${answer}\n`],
    ["before a line that is half written", `${answer}\n{"type":"assistant","mess`],
  ])("%s is found", (_name, tail) => {
    expect(findAnswerTime(tail)).toBe(Date.parse(ANSWERED));
  });

  test.each([
    ["in no line", prompt],
    ["with no date", '{"type":"assistant"}'],
    ["with a date that is none", '{"type":"assistant","timestamp":"yesterday"}'],
    ["in an empty file", ""],
  ])("%s is not found", (_name, tail) => {
    expect(findAnswerTime(tail)).toBeUndefined();
  });
});

describe("the date of the numbers", () => {
  let folder: string;
  const write = async (text: string, changedMs: number) => {
    const path = join(folder, "session.jsonl");
    await writeFile(path, text);
    await utimes(path, changedMs / 1000, changedMs / 1000);
    return path;
  };
  test.beforeAll(async ({ sharedFolder }) => {
    folder = sharedFolder;
  });

  test("is that of the newest answer, however much was written since", async () => {
    expect(readAnswerTime(await write(`${answer}\n${prompt}\n`, NOW_MS), NOW_MS)).toBe(Date.parse(ANSWERED));
  });

  test("is that of an answer behind a long result of a tool", async () => {
    const long = `${answer}\n${"x".repeat(900_000)}\n`;
    expect(readAnswerTime(await write(long, NOW_MS), NOW_MS)).toBe(Date.parse(ANSWERED));
  });

  test("is not known after /clear, whatever the date of the file", async () => {
    expect(readAnswerTime(await write(`${prompt}\n`, NOW_MS - 60_000), NOW_MS)).toBeUndefined();
  });

  test("is not that of Claude Code's own words about an error, unless limits came with it", async () => {
    const error = { type: "assistant", isApiErrorMessage: true, timestamp: "2026-11-20T09:30:00.000Z" };
    const read = async (entry: object) =>
      readAnswerTime(await write(`${answer}\n${JSON.stringify(entry)}\n`, NOW_MS), NOW_MS);
    expect(await read(error)).toBe(Date.parse(ANSWERED));
    expect(await read({ ...error, quotaLimits: {} })).toBe(Date.parse(error.timestamp));
  });

  test("is never in the future", async () => {
    const future = answer.replace("2026", "2036");
    expect(readAnswerTime(await write(future, NOW_MS), NOW_MS)).toBe(NOW_MS);
  });

  test("is not known without a transcript", () => {
    expect(readAnswerTime(undefined, NOW_MS)).toBeUndefined();
    expect(readAnswerTime(join(folder, "none.jsonl"), NOW_MS)).toBeUndefined();
    expect(readAnswerTime(folder, NOW_MS)).toBeUndefined();
  });
});
