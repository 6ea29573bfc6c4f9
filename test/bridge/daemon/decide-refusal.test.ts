// What the guard lets through for its head alone: exactly what our worker sends, and on the socket what the CLI sends.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decideSocketRefusal,
  decideTcpRefusal,
  EXTENSION_ORIGIN,
  type RequestHead,
  readHeader,
  SOCKET_HOST,
} from "../../../bridge/daemon/decide-refusal.ts";
import { hostSpellings } from "../../harness/host-spellings.ts";
import { toRuns } from "../../harness/property-runs.ts";

const HOST = "127.0.0.1:63762";

type Headers = readonly (readonly [name: string, value: string])[];

const workerGet: Headers = [
  ["Host", HOST],
  ["Connection", "keep-alive"],
  ["Authorization", "CM1 …"],
  ["Sec-Fetch-Site", "none"],
  ["Sec-Fetch-Mode", "cors"],
  ["Sec-Fetch-Dest", "empty"],
  ["User-Agent", "Mozilla/5.0"],
];
const workerPost: Headers = [
  ...workerGet,
  ["Origin", EXTENSION_ORIGIN],
  ["Content-Type", "application/json"],
  ["Content-Length", "2"],
];

const FIREFOX_ORIGIN = "moz-extension://6d0d9bd1-64e5-4c5b-a1d4-3a4c81e1a9f0";
/** As Firefox 153 sends them. */
const firefoxGet: Headers = [
  ["Host", HOST],
  ["User-Agent", "Mozilla/5.0"],
  ["Accept", "*/*"],
  ["Authorization", "CM1 …"],
  ["Connection", "keep-alive"],
  ["Sec-Fetch-Dest", "empty"],
  ["Sec-Fetch-Mode", "cors"],
  ["Sec-Fetch-Site", "same-origin"],
];
const firefoxPost: Headers = [...firefoxGet, ["Content-Type", "application/json"], ["Origin", FIREFOX_ORIGIN]];

function toHead(method: string, headers: Headers, target = "/snapshots"): RequestHead {
  return { method, target, rawHeaders: headers.flat() };
}

function without(headers: Headers, name: string): Headers {
  return headers.filter(([each]) => each.toLowerCase() !== name.toLowerCase());
}

/** One header in the place of ours, or none when there are no values. */
function withHeader(headers: Headers, name: string, ...values: string[]): Headers {
  return [...without(headers, name), ...values.map((value) => [name, value] as const)];
}

function decideGet(headers: Headers, target?: string) {
  return decideTcpRefusal(toHead("GET", headers, target), HOST);
}

function decidePost(headers: Headers, target?: string) {
  return decideTcpRefusal(toHead("POST", headers, target), HOST);
}

describe("our worker", () => {
  test("is let through", () => {
    expect(decideGet(workerGet)).toBeUndefined();
    expect(decidePost(workerPost)).toBeUndefined();
  });

  test("is let through from Firefox", () => {
    expect(decideGet(firefoxGet)).toBeUndefined();
    expect(decideGet(withHeader(firefoxGet, "Origin", FIREFOX_ORIGIN))).toBeUndefined();
    expect(decidePost(firefoxPost)).toBeUndefined();
  });

  test("is let through in whatever order and spelling its header names come", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...workerPost], { minLength: workerPost.length }),
        fc.boolean(),
        (all, upper) => {
          const headers = all.map(([name, value]) => [upper ? name.toUpperCase() : name.toLowerCase(), value] as const);
          expect(decidePost(headers)).toBeUndefined();
        },
      ),
    );
  });

  test("is let through by a browser that does not say Sec-Fetch", () => {
    expect(decideGet(without(without(workerGet, "Sec-Fetch-Site"), "Sec-Fetch-Mode"))).toBeUndefined();
    expect(decidePost(without(without(workerPost, "Sec-Fetch-Site"), "Sec-Fetch-Mode"))).toBeUndefined();
  });
});

describe("Host", () => {
  const spellings = hostSpellings(63762);

  test.each(spellings)("%j is refused", (host) => {
    expect(decideGet(withHeader(workerGet, "Host", host))).toBe("bad-host");
    expect(decidePost(withHeader(workerPost, "Host", host))).toBe("bad-host");
  });

  test("there are at least forty of them", () => {
    expect(new Set(spellings).size).toBeGreaterThanOrEqual(40);
    expect(spellings).not.toContain(HOST);
  });

  test("none at all is refused, and two are, also when both are right", () => {
    expect(decideGet(without(workerGet, "Host"))).toBe("bad-host");
    expect(decideGet(withHeader(workerGet, "Host", HOST, HOST))).toBe("bad-host");
    expect(decideGet(withHeader(workerGet, "Host", HOST, "evil.test"))).toBe("bad-host");
    expect(decideGet(withHeader(workerGet, "Host", "evil.test", HOST))).toBe("bad-host");
    expect(decideGet([...workerGet, ["hOsT", HOST]])).toBe("bad-host");
  });

  test("any text that is not exactly ours is refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.domain(),
          fc.ipV4(),
          fc.string().map((end) => HOST + end),
        ),
        (host) => {
          expect(decideGet(withHeader(workerGet, "Host", host))).toBe(host === HOST ? undefined : "bad-host");
        },
      ),
      toRuns(1000),
    );
  });
});

describe("Origin", () => {
  const foreign = [
    "null",
    "",
    "http://evil.test",
    "https://claude.ai",
    "http://127.0.0.1:63762",
    "http://localhost:63762",
    "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    `${EXTENSION_ORIGIN}/`,
    `${EXTENSION_ORIGIN}.evil.test`,
    `${EXTENSION_ORIGIN} `,
    ` ${EXTENSION_ORIGIN}`,
    EXTENSION_ORIGIN.toUpperCase(),
    `${EXTENSION_ORIGIN}, http://evil.test`,
    `http://evil.test/${EXTENSION_ORIGIN}`,
    EXTENSION_ORIGIN.replace("chrome-extension", "moz-extension"),
    "moz-extension://",
    `${FIREFOX_ORIGIN}/`,
    `${FIREFOX_ORIGIN}.evil.test`,
    `${FIREFOX_ORIGIN}:443`,
    `${FIREFOX_ORIGIN} `,
    FIREFOX_ORIGIN.toUpperCase(),
    FIREFOX_ORIGIN.slice(0, -1),
    FIREFOX_ORIGIN.replaceAll("-", ""),
    FIREFOX_ORIGIN.replace("moz-extension", "https"),
    `http://evil.test/${FIREFOX_ORIGIN}`,
    `${FIREFOX_ORIGIN}, http://evil.test`,
    `${FIREFOX_ORIGIN}\n`,
    EXTENSION_ORIGIN.slice(0, -1),
  ];

  test.each(foreign)("%j is refused", (origin) => {
    expect(decideGet(withHeader(workerGet, "Origin", origin))).toBe("bad-origin");
    expect(decidePost(withHeader(workerPost, "Origin", origin))).toBe("bad-origin");
  });

  test("may be absent on GET, as our worker's is, and not on POST", () => {
    expect(decideGet(without(workerGet, "Origin"))).toBeUndefined();
    expect(decideGet(withHeader(workerGet, "Origin", EXTENSION_ORIGIN))).toBeUndefined();
    expect(decidePost(without(workerPost, "Origin"))).toBe("bad-origin");
    expect(decidePost(without(firefoxPost, "Origin"))).toBe("bad-origin");
  });

  test("twice is refused, also when both are ours", () => {
    expect(decidePost(withHeader(workerPost, "Origin", EXTENSION_ORIGIN, EXTENSION_ORIGIN))).toBe("bad-origin");
    expect(decidePost(withHeader(workerPost, "Origin", EXTENSION_ORIGIN, "null"))).toBe("bad-origin");
    expect(decidePost(withHeader(firefoxPost, "Origin", FIREFOX_ORIGIN, FIREFOX_ORIGIN))).toBe("bad-origin");
    expect(decidePost(withHeader(firefoxPost, "Origin", FIREFOX_ORIGIN, EXTENSION_ORIGIN))).toBe("bad-origin");
  });
});

describe("Referer", () => {
  test.each(["http://evil.test/", "https://claude.ai/", `${EXTENSION_ORIGIN}/`, "about:blank", ""])(
    "%j is refused: our worker sends none",
    (referer) => {
      expect(decideGet(withHeader(workerGet, "Referer", referer))).toBe("bad-origin");
      expect(decidePost(withHeader(workerPost, "Referer", referer))).toBe("bad-origin");
    },
  );
});

describe("Sec-Fetch", () => {
  test.each(["cross-site", "same-site", "", "None", "none, none", " none", "Same-Origin", "same-origin, none"])(
    "a site of %j is refused",
    (site) => {
      expect(decideGet(withHeader(workerGet, "Sec-Fetch-Site", site))).toBe("bad-site");
      expect(decidePost(withHeader(workerPost, "Sec-Fetch-Site", site))).toBe("bad-site");
      expect(decidePost(withHeader(firefoxPost, "Sec-Fetch-Site", site))).toBe("bad-site");
    },
  );

  test("a site of same-origin is Firefox's word alone", () => {
    expect(decidePost(withHeader(workerPost, "Sec-Fetch-Site", "same-origin"))).toBe("bad-site");
    expect(decideGet(withHeader([...workerGet, ["Origin", EXTENSION_ORIGIN]], "Sec-Fetch-Site", "same-origin"))).toBe(
      "bad-site",
    );
  });

  test.each(["navigate", "no-cors", "same-origin", "websocket", "", "CORS"])("a mode of %j is refused", (mode) => {
    expect(decideGet(withHeader(workerGet, "Sec-Fetch-Mode", mode))).toBe("bad-site");
    expect(decidePost(withHeader(workerPost, "Sec-Fetch-Mode", mode))).toBe("bad-site");
  });

  test("said twice is refused", () => {
    expect(decideGet(withHeader(workerGet, "Sec-Fetch-Site", "none", "none"))).toBe("bad-site");
    expect(decideGet(withHeader(workerGet, "Sec-Fetch-Site", "same-origin", "same-origin"))).toBe("bad-site");
    expect(decideGet(withHeader(workerGet, "Sec-Fetch-Mode", "cors", "no-cors"))).toBe("bad-site");
  });
});

describe("Content-Type", () => {
  test.each(["application/json", "application/json; charset=utf-8"])("%j is taken", (type) => {
    expect(decidePost(withHeader(workerPost, "Content-Type", type))).toBeUndefined();
  });

  test.each([
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/jsonp",
    "application/json, text/plain",
    "APPLICATION/JSON",
    "",
  ])("%j is refused on POST", (type) => {
    expect(decidePost(withHeader(workerPost, "Content-Type", type))).toBe("not-json");
  });

  test("none, or two, are refused on POST; on GET nobody asks", () => {
    expect(decidePost(without(workerPost, "Content-Type"))).toBe("not-json");
    const twice = withHeader(workerPost, "Content-Type", "application/json", "application/json");
    expect(decidePost(twice)).toBe("not-json");
    expect(decideGet(withHeader(workerGet, "Content-Type", "text/plain"))).toBeUndefined();
  });
});

describe("the target", () => {
  test.each(["/", "//", "/hello", "/snapshots?x=1", "/%2e%2e/", `/${"x".repeat(255)}`])(
    "%j passes the guard",
    (target) => {
      expect(decideGet(workerGet, target)).toBeUndefined();
    },
  );

  test.each([
    "",
    "*",
    "hello",
    "http://127.0.0.1:63762/hello",
    "HTTP://evil.test/hello",
    "evil.test:443",
    "\\hello",
    `/${"x".repeat(256)}`,
  ])("%j is refused", (target) => {
    expect(decideGet(workerGet, target)).toBe("bad-target");
    expect(decideSocketRefusal(toHead("GET", [["Host", SOCKET_HOST]], target))).toBe("bad-target");
  });
});

describe("on the socket", () => {
  const cli: Headers = [["Host", SOCKET_HOST]];
  const cliPost: Headers = [...cli, ["Content-Type", "application/json"]];

  test("the CLI is let through", () => {
    expect(decideSocketRefusal(toHead("GET", cli, "/rows"))).toBeUndefined();
    expect(decideSocketRefusal(toHead("POST", cliPost, "/keys"))).toBeUndefined();
  });

  test.each([HOST, "localhost", "", "claude-meter.sock:80", "CLAUDE-METER.SOCK", "claude-meter.sock."])(
    "a Host of %j is refused: a browser can send no other than that of a page",
    (host) => {
      expect(decideSocketRefusal(toHead("GET", [["Host", host]], "/rows"))).toBe("bad-host");
    },
  );

  test.each([
    ["Origin", EXTENSION_ORIGIN],
    ["Origin", "null"],
    ["Referer", "http://evil.test/"],
    ["Sec-Fetch-Site", "none"],
  ])("a browser's %s is refused", (name, value) => {
    expect(decideSocketRefusal(toHead("GET", [...cli, [name, value]], "/rows"))).toBe("bad-origin");
  });

  test("what is posted must be JSON", () => {
    expect(decideSocketRefusal(toHead("POST", cli, "/stop"))).toBe("not-json");
    expect(decideSocketRefusal(toHead("POST", [...cli, ["Content-Type", "text/plain"]], "/stop"))).toBe("not-json");
  });
});

describe("any head at all", () => {
  const anyHead = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "OPTIONS", "HEAD"),
    target: fc.oneof(fc.string({ maxLength: 300 }), fc.webPath()),
    rawHeaders: fc.array(
      fc.oneof(
        fc.constantFrom("Host", "origin", "Referer", HOST, EXTENSION_ORIGIN, "application/json", "__proto__"),
        fc.string(),
      ),
    ),
  });

  test("is judged without an error, on both doors", () => {
    fc.assert(
      fc.property(anyHead, (head) => {
        const onPort = decideTcpRefusal(head, HOST);
        if (onPort === undefined) expect(readHeader(head, "host")).toEqual([HOST]);
        const onSocket = decideSocketRefusal(head);
        if (onSocket === undefined) expect(readHeader(head, "host")).toEqual([SOCKET_HOST]);
      }),
      toRuns(2000),
    );
  });
});
