import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BODY_BYTES } from "./hostile/limits.ts";
import { checkDiscreet, runs, Target } from "./hostile/target.ts";

let target: Target;

beforeAll(async () => {
  target = await Target.start();
});

afterAll(() => target.end());

/** Bytes as a text of one character each. */
const bytes = (arbitrary: fc.Arbitrary<Uint8Array>) =>
  arbitrary.map((value) => Buffer.from(value).toString("latin1"));

const anyBytes = bytes(fc.uint8Array({ maxLength: 60 }));
/** No line ends: what stays one header, or one path. */
const lineBytes = anyBytes.map((text) => text.replace(/[\r\n]/g, ""));

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

/** What the host answered, one after the other. The Worker's texts hold no such line. */
function answersIn(received: Buffer): Answer[] {
  const parts = received.toString("latin1").split(/(?=HTTP\/1\.1 \d{3} )/);
  return parts
    .filter((part) => part !== "")
    .map((text) => ({
      status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? Number.NaN),
      code: /^x-freehold-error: (\w+)\r$/im.exec(text)?.[1],
      text,
    }));
}

/** A client's fault is answered as such, with a code, and never as a failure of the host. */
function checkAnswers(received: Buffer): readonly Answer[] {
  const answers = answersIn(received);
  for (const { status, code, text } of answers) {
    expect(status, text).toBeGreaterThanOrEqual(100);
    expect(status, text).toBeLessThan(500);
    // 404 and 405 are what files answer, 417 what Node says of an expectation.
    if (status >= 400 && ![404, 405, 417].includes(status)) expect(code, text).toMatch(/^[A-Z_]+$/);
    checkDiscreet(text);
  }
  return answers;
}

const seen = async (): Promise<string[]> =>
  (await fetch(`${target.url}/seen`)).json() as Promise<string[]>;

const LENGTHS = [
  "0",
  "5",
  "-1",
  "+5",
  "0x5",
  "5, 5",
  "5, 6",
  "99999999999999999999",
  "5 5",
  "",
  "1e1",
];
const CODINGS = [
  "chunked",
  "Chunked",
  "identity",
  "gzip, chunked",
  "chunked, gzip",
  "chunked, chunked",
  "xchunked",
  "\x0bchunked",
  "chunked\x00",
  "",
];

const header = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(
      fc.constantFrom("X-A", "User-Agent", "Accept"),
      fc.constantFrom("a", "b c"),
    ),
  },
  fc.tuple(fc.constant("Content-Length"), fc.constantFrom(...LENGTHS)),
  fc.tuple(fc.constant("Transfer-Encoding"), fc.constantFrom(...CODINGS)),
  fc.tuple(
    fc.constant("Host"),
    fc.constantFrom("x", "", "a b", "u@x", "x:99999", "[::1", "x/y", "x?y#z"),
  ),
  fc.tuple(
    fc.constantFrom("Upgrade", "Connection", "Expect", "TE", "Trailer", "Content-Encoding"),
    fc.constantFrom(
      "websocket",
      "h2c",
      "upgrade",
      "close",
      "100-continue",
      "keep-alive",
      "gzip",
      "",
    ),
  ),
  fc.tuple(
    fc.constantFrom(
      "Cookie",
      "Range",
      "If-Range",
      "If-None-Match",
      "Accept",
      "Sec-Fetch-Mode",
      "Origin",
    ),
    fc.oneof(
      lineBytes,
      fc.constantFrom("bytes=0-0", "bytes=-9999", "bytes=5-1", "bytes=0-0,1-1", "navigate"),
    ),
  ),
  fc.tuple(
    fc.constantFrom(
      "X-Forwarded-For",
      "X-Forwarded-Host",
      "Forwarded",
      "CF-Connecting-IP",
      "__proto__",
    ),
    fc.oneof(lineBytes, fc.constantFrom("127.0.0.1", "evil.example")),
  ),
  fc.tuple(lineBytes, lineBytes),
);

/** How a header may be set down: only the first is right. */
const separator = fc.constantFrom(": ", ":", ":\t ", " : ", ":\r\n ", "\t:", "");
const lineEnd = fc.oneof(
  { weight: 60, arbitrary: fc.constant("\r\n") },
  fc.constantFrom("\n", "\r", "\n\r", "\r\r\n", "\x00\r\n"),
);

const headLine = fc
  .tuple(header, fc.oneof({ weight: 30, arbitrary: fc.constant(": ") }, separator), lineEnd)
  .map(([[name, value], between, end]) => `${name}${between}${value}${end}`);

const method = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH") },
  fc.constantFrom("CONNECT", "TRACE", "get", "PRI", "M-SEARCH", "", "G\x00T"),
  lineBytes,
);

const path = fc.oneof(
  fc.constantFrom(
    "/",
    "/index.html",
    "/echo",
    "/unread",
    "*",
    "http://other/x",
    "//evil",
    "",
    "?",
    "x",
  ),
  fc
    .array(
      fc.constantFrom(
        "..",
        ".",
        "%2e%2e",
        "%2e",
        "%2f",
        "%5c",
        "%00",
        "\\",
        "canary.txt",
        "private",
        "%c0%ae",
        "",
      ),
      { maxLength: 8 },
    )
    .map((parts) => `/${parts.join("/")}`),
  lineBytes.map((text) => `/${text}`),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `/${"a".repeat(length)}`),
);

const version = fc.oneof(
  { weight: 40, arbitrary: fc.constant("HTTP/1.1") },
  fc.constantFrom("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTTP/1.1 ", "http/1.1", "", "HTTP/0.9"),
);

const body = fc.oneof(
  fc.constantFrom(
    "",
    "hello",
    "5\r\nhello\r\n0\r\n\r\n",
    "0\r\n\r\n",
    "-1\r\n",
    "ffffffffffffffff1\r\n",
  ),
  anyBytes,
);

const request = fc
  .tuple(method, path, version, fc.array(headLine, { maxLength: 4 }), body, lineEnd)
  .map(
    ([verb, where, form, lines, content, end]) =>
      `${verb} ${where} ${form}\r\nHost: x\r\n${lines.join("")}${end}${content}`,
  );

/** Cut somewhere into two packets, and perhaps short. */
const pieces = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.nat(), fc.nat(), fc.nat({ max: 3 })).map(([whole, first, last, cut]) => {
    const end = cut > 0 ? whole.length : last % (whole.length + 1);
    const at = first % (end + 1);
    return [whole.slice(0, at), whole.slice(at, end)];
  });

describe("hostile requests", () => {
  test("random heads and bodies, whole and cut off", async () => {
    const counts = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(pieces(request), async (sent) => {
        for (const { status } of checkAnswers(await target.raw(...sent))) {
          counts.set(status, (counts.get(status) ?? 0) + 1);
        }
      }),
      runs(800),
    );
    // The runs are worth their time only if some requests are taken and some are not.
    for (const status of [200, 400]) expect(counts.get(status)).toBeGreaterThan(20);
    await target.checkUnharmed();
  });

  test("random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(pieces(bytes(fc.uint8Array({ maxLength: 400 }))), async (sent) => {
        checkAnswers(await target.raw(...sent));
      }),
      runs(300),
    );
    await target.checkUnharmed();
  });

  test("several in one connection are answered as the first ones are understood", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 4 }), async (requests) => {
        checkAnswers(await target.raw(requests.join("")));
      }),
      runs(300),
    );
    await target.checkUnharmed();
  });

  /**
   * Two ways to tell where a body ends. A proxy that takes the one and a host that takes the other
   * would disagree about where the next request begins.
   */
  test("of which it is unclear where they end are refused, and nothing behind them is run", async () => {
    const field = fc.oneof(
      fc.constantFrom(...LENGTHS).map((value) => `Content-Length: ${value}`),
      fc.constantFrom(...CODINGS).map((value) => `Transfer-Encoding: ${value}`),
      fc.constantFrom(
        "Content-Length : 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "Transfer-Encoding:\r\n chunked",
        " Transfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "Transfer_Encoding: chunked",
      ),
    );
    const fields = fc.uniqueArray(field, { minLength: 2, maxLength: 3 });
    await seen();
    await fc.assert(
      fc.asyncProperty(
        fields,
        fc.constantFrom("/echo", "/unread"),
        fc.constantFrom("0\r\n\r\n", "hello", "5\r\nhello\r\n0\r\n\r\n", ""),
        async (lines, where, content) => {
          const first = `POST ${where} HTTP/1.1\r\nHost: x\r\n${lines.join("\r\n")}\r\n\r\n`;
          const answers = checkAnswers(
            await target.raw(`${first}${content}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`),
          );
          const run = await seen();
          const named = lines.filter((line) =>
            /^(content-length|transfer-encoding)\s*:/i.test(line),
          );
          const isChunkedAnyway =
            named.every((line) => /^transfer/i.test(line)) && /chunked$/i.test(named.at(-1) ?? "");
          if (named.length > 1 && !isChunkedAnyway) {
            expect(answers.map(({ status }) => status)).toEqual([400]);
            expect(run).not.toContain("/smuggled");
          }
        },
      ),
      runs(300),
    );
    await target.checkUnharmed();
  });

  test.each([
    ["many headers", "A: b\r\n".repeat(5000), 431],
    ["a huge header", `A: ${"b".repeat(300_000)}\r\n`, 431],
    ["a huge name", `${"a".repeat(300_000)}: b\r\n`, 431],
    ["two hosts", "Host: y\r\n", 400],
    ["the same host twice", "Host: x\r\n", 400],
    ["a folded header", "A: b\r\n c\r\n", 400],
    ["a folded host", "X: y\r\n Host: z\r\n", 400],
    ["a header without a name", ": b\r\n", 400],
    ["a line without a colon", "nothing\r\n", 400],
    ["a NUL in a value", "A: b\x00c\r\n", 400],
    ["a NUL in a name", "A\x00: b\r\n", 400],
    ["a body that is too large", `Content-Length: ${BODY_BYTES + 1}\r\n`, 413],
    ["bytes above 127", "A: \xff\xfe\xe2\x98\r\n", 200],
    ["names of the prototype", "__proto__: x\r\nconstructor: y\r\ntoString: z\r\n", 200],
  ])("%s", async (_what, lines, status) => {
    const received = await target.converse(`POST /echo HTTP/1.1\r\nHost: x\r\n${lines}\r\n`);
    expect(checkAnswers(received).map((answer) => answer.status)).toEqual([status]);
    await target.checkUnharmed();
  });

  test("a header that never ends is an error when its connection does", async () => {
    const received = await target.raw(`GET / HTTP/1.1\r\nHost: x\r\nA: ${"b".repeat(100_000)}`);
    expect(checkAnswers(received).map((answer) => answer.status)).toEqual([400]);
  });

  test("a connection that sends a little and waits is not the last one", async () => {
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        checkAnswers(await target.raw("GET / HTTP/1.1\r\nHost: x\r\n".slice(0, index))),
      ),
    );
    await target.checkUnharmed();
  });

  test("what the Worker throws says nothing", async () => {
    const response = await fetch(`${target.url}/throw`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("Internal Server Error\n");
  });
});

describe("hostile paths", () => {
  const climbs = [
    "..",
    "%2e%2e",
    ".%2e",
    "%2E.",
    "%252e%252e",
    "..%2f..",
    "%2e%2e%2f%2e%2e%2f",
    "..\\",
    "..%5c",
    "%c0%ae%c0%ae",
    "%uff0e%uff0e",
    "..;",
    "..%00",
    ".",
    "",
    "docs",
    "private",
    "link.txt",
    "public",
    "data",
    "host.sqlite",
    "~",
    "C:",
    "file:",
    "%ed%a0%80",
    "%",
    "%f",
    "%ff",
    "%00",
    "\\",
    "::$DATA",
    "_redirects",
    "%5fredirects",
    "canary.txt",
    "canary.txt%00.html",
    "__proto__",
    "constructor",
  ];
  const step = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...climbs) }, lineBytes);
  const climbing = fc
    .tuple(fc.array(step, { minLength: 1, maxLength: 10 }), fc.constantFrom("/", "//", "\\", "%2f"))
    .map(([steps, between]) => `/${steps.join(between)}`);

  test("reach no file outside of the public folder, and no rule inside of it", async () => {
    await fc.assert(
      fc.asyncProperty(climbing, fc.constantFrom("GET", "HEAD", "POST"), async (where, verb) => {
        const received = await target.converse(
          `${verb} ${where.replace(/\s|\p{Cc}/gu, "%20")} HTTP/1.1\r\nHost: x\r\n\r\n`,
        );
        for (const { text } of checkAnswers(received)) expect(text).not.toContain("/docs/page\n");
      }),
      runs(1200),
    );
    await target.checkUnharmed();
  });

  test.each([
    "/link.txt",
    "/private/canary.txt",
    "/../canary.txt",
    "/%2e%2e/canary.txt",
    "/..%2fcanary.txt",
    "/..%5ccanary.txt",
    "/docs/..%2f..%2fcanary.txt",
    "//canary.txt",
    "/_redirects",
    "/%5fredirects",
    "/docs/%2e%2e/_redirects",
  ])("%s is no file", async (where) => {
    const received = await target.converse(`GET ${where} HTTP/1.1\r\nHost: x\r\n\r\n`);
    for (const { text } of checkAnswers(received)) {
      expect(text).not.toContain("/docs/page\n");
      expect(text).not.toMatch(/^etag: /im);
    }
  });

  test("never lead to another site", async () => {
    const tail = fc
      .array(
        fc.constantFrom(
          "/",
          "\\",
          "%2f",
          "%5c",
          "evil.example",
          "@",
          "%09",
          ".",
          "all",
          "docs/page.html",
        ),
        {
          minLength: 1,
          maxLength: 6,
        },
      )
      .map((parts) => parts.join(""));
    const prefix = fc.constantFrom("/all/", "/old", "/", "//", "/docs/");
    await fc.assert(
      fc.asyncProperty(prefix, tail, async (before, after) => {
        const received = await target.converse(`GET ${before}${after} HTTP/1.1\r\nHost: x\r\n\r\n`);
        for (const { text } of checkAnswers(received)) {
          const location = /^location: (.*)\r$/im.exec(text)?.[1];
          if (location !== undefined) expect(new URL(location, "http://x/").host).toBe("x");
        }
      }),
      runs(400),
    );
    await target.checkUnharmed();
  });
});
