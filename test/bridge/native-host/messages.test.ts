// Chrome's frames: whole, in pieces, too long, cut off, or no frames at all.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMessage, toFrame } from "../../../bridge/native-host/messages.ts";
import { type NativeRequest, nativeRequestSchema } from "../../../shared/native-message.ts";
import { toRuns } from "../../harness/property-runs.ts";
import { INSTALL_UUID } from "../../shared/wire-examples.ts";

const MAX_BYTES = 64 * 1024;
const request: NativeRequest = { install: INSTALL_UUID, browser: "Chrome", poll: null };

async function* toInput(chunks: readonly unknown[]): AsyncGenerator<unknown> {
  yield* chunks;
}

async function read(...chunks: readonly unknown[]): Promise<unknown> {
  return await readMessage(toInput(chunks));
}

/** A length and a body that need not have to do with one another. */
function frame(length: number, body: Uint8Array | string): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(length);
  return Buffer.concat([head, Buffer.from(body)]);
}

describe("a message", () => {
  test("is read as it was written", async () => {
    expect(nativeRequestSchema.parse(await read(toFrame(request)))).toEqual(request);
  });

  test("is read when it comes in two pieces, wherever it is split", async () => {
    const bytes = toFrame(request);
    for (let at = 0; at <= bytes.length; at++) {
      expect(await read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(request);
    }
  });

  test("is read byte by byte", async () => {
    expect(await read(...Array.from(toFrame(request), (byte) => Buffer.from([byte])))).toEqual(request);
  });

  test("of any content, in any pieces, is read as it was written", async () => {
    const anyCase = fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.array(fc.nat(200), { maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(anyCase, async ([value, cuts]) => {
        const bytes = toFrame(value);
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].toSorted((a, b) => a - b);
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const text = JSON.stringify(value);
        if (!text.includes("__proto__")) expect(JSON.stringify(await read(...chunks))).toBe(text);
      }),
      toRuns(300),
    );
  });

  test("is the first one, whatever comes after it", async () => {
    expect(await read(Buffer.concat([toFrame(request), toFrame({ other: 1 })]))).toEqual(request);
    expect(await read(Buffer.concat([toFrame(request), Buffer.from("garbage")]))).toEqual(request);
  });

  test("of exactly the largest size is read", async () => {
    const body = JSON.stringify("x".repeat(MAX_BYTES - 2));
    expect(await read(frame(MAX_BYTES, body))).toBe("x".repeat(MAX_BYTES - 2));
  });
});

describe("no message", () => {
  test.each<[string, unknown[]]>([
    ["nothing", []],
    ["an empty piece", [Buffer.alloc(0)]],
    ["three bytes of a length", [Buffer.from([5, 0, 0])]],
    ["a length without a body", [frame(10, "")]],
    ["a body that is cut off", [toFrame(request).subarray(0, -1)]],
    ["an empty body", [frame(0, "")]],
    ["a body one byte too long", [frame(MAX_BYTES + 1, "x".repeat(MAX_BYTES + 1))]],
    ["the largest length there is", [Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.alloc(1000)]],
    ["a length in the other byte order", [Buffer.from([0, 0, 0, 5]), Buffer.from('"abc"')]],
    ["no JSON", [frame(4, "oops")]],
    ["half of some JSON", [frame(4, '{"a":1}')]],
    ["JSON and more", [frame(9, '{"a":1} x')]],
    ["a byte order mark", [frame(5, "\ufeff{}")]],
    ["JSON that is nested too deeply", [frame(2000, "[".repeat(1000) + "]".repeat(1000))]],
    ["JSON that is nested deeper than a stack", [frame(60_000, "[".repeat(30_000) + "]".repeat(30_000))]],
    ["text instead of bytes", [toFrame(request).toString("latin1")]],
    ["an HTTP request", [Buffer.from("GET / HTTP/1.1\r\n\r\n")]],
  ])("is %s", async (_name, chunks) => {
    await expect(read(...chunks)).rejects.toThrow();
  });

  test("a length that is too long is refused before its body is there", async () => {
    let isAsked = false;
    async function* endless(): AsyncGenerator<unknown> {
      yield frame(MAX_BYTES + 1, "");
      isAsked = true;
      yield Buffer.alloc(1);
    }
    await expect(readMessage(endless())).rejects.toThrow("no message");
    expect(isAsked).toBe(false);
  });

  test("bytes that are no UTF-8 become no browser's name", async () => {
    const body = Buffer.from(JSON.stringify({ ...request, browser: "Chr\u00ffome" }), "latin1");
    expect(nativeRequestSchema.safeParse(await read(frame(body.length, body))).success).toBe(false);
  });

  test("a key that could reach a prototype is dropped", async () => {
    const body = `{"__proto__":{"polluted":1},"install":"${INSTALL_UUID}","browser":"Chrome","poll":null}`;
    expect(await read(frame(body.length, body))).toEqual(request);
    expect({}).not.toHaveProperty("polluted");
  });
});
