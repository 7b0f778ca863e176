import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encode, type Frame, framesFrom, judge, OPCODE } from "./hostile/frames.ts";
import { MESSAGE_BYTES } from "./hostile/limits.ts";
import { checkDiscreet, runs, Target } from "./hostile/target.ts";

let target: Target;

beforeAll(async () => {
  target = await Target.start();
});

afterAll(() => target.end());

const HANDSHAKE = [
  "GET /socket HTTP/1.1",
  "Host: x",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  "Sec-WebSocket-Version: 13",
  "",
  "",
].join("\r\n");

/** Opens a socket, sends, says no more; answers the frames that came back. */
async function send(...pieces: readonly (string | Uint8Array)[]) {
  const received = await target.converse(HANDSHAKE, ...pieces);
  const end = received.indexOf("\r\n\r\n");
  expect(received.subarray(0, 12).toString("latin1")).toBe("HTTP/1.1 101");
  checkDiscreet(received.toString("latin1"));
  return framesFrom(received.subarray(end + 4));
}

/** The stream in a few packets. */
function split(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((cut) => cut % (stream.length + 1)).sort((one, other) => one - other);
  return [...places, stream.length].map((end, index) =>
    stream.subarray(places[index - 1] ?? 0, end),
  );
}

/** Sends a stream and compares what the host does with what it has to do. */
async function check(stream: Buffer, cuts: readonly number[] = []): Promise<void> {
  const { messages, pings, close } = judge(stream);
  const frames = await send(...split(stream, cuts));
  const echoes = frames.filter(({ opcode }) => opcode <= OPCODE.binary);
  const pongs = frames.filter(({ opcode }) => opcode === OPCODE.pong);
  const closes = frames.filter(({ opcode }) => opcode === OPCODE.close);
  const expected = messages.map(({ isText, data }) => ({
    opcode: isText ? OPCODE.text : OPCODE.binary,
    payload: data,
  }));
  // What came before a violation has been delivered; its echo may be too late to be sent.
  expect(echoes).toEqual(close === undefined ? expected : expected.slice(0, echoes.length));
  expect(pongs.map(({ payload }) => payload)).toEqual(pings.slice(0, pongs.length));
  if (close === undefined) expect(closes).toEqual([]);
  else {
    const [told] = closes;
    expect(closes.length).toBe(1);
    expect(frames.at(-1)).toBe(told);
    expect(told?.payload.length === 0 ? 1005 : told?.payload.readUInt16BE(0)).toBe(close);
  }
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => new TextEncoder().encode(text)),
  fc.constantFrom(
    new Uint8Array([0xc0, 0x80]),
    new Uint8Array([0xed, 0xa0, 0x80]),
    new Uint8Array([0xf4, 0x90, 0x80, 0x80]),
    new Uint8Array([0xe2, 0x98]),
    new Uint8Array([0x03, 0xe8]),
    new Uint8Array([0x03, 0xed, 0x41]),
    new Uint8Array([0x0f, 0xa0, 0xff]),
    new Uint8Array([0x0f, 0xa0, 0x41]),
  ),
  fc.integer({ min: 0, max: MESSAGE_BYTES + 500 }).map((length) => new Uint8Array(length).fill(97)),
);

const claims = fc.constantFrom(
  0n,
  1n,
  126n,
  65_535n,
  2n ** 31n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
);
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: odd });

const frame: fc.Arbitrary<Frame> = fc.record({
  fin: mostly(fc.constant(true), fc.constant(false)),
  reserved: mostly(fc.constant(0), fc.integer({ min: 1, max: 7 })),
  opcode: mostly(fc.constantFrom<number[]>(1, 2, 8, 9, 10), fc.integer({ min: 0, max: 15 })),
  masked: mostly(fc.constant(true), fc.constant(false)),
  form: mostly(
    fc.constant<Frame["form"]>("shortest"),
    fc.constantFrom<Frame["form"][]>("16 bits", "64 bits"),
  ),
  claims: mostly(fc.constant(undefined), claims),
  payload,
});

/** A message in parts, with control frames between them. */
const fragmented = fc
  .tuple(fc.constantFrom(1, 2), fc.array(payload, { minLength: 2, maxLength: 5 }), fc.boolean())
  .map(([opcode, parts, pings]) =>
    parts.flatMap((part, index): Frame[] => [
      {
        ...right,
        fin: index === parts.length - 1,
        opcode: index === 0 ? opcode : OPCODE.more,
        payload: part,
      },
      ...(pings ? [{ ...right, opcode: OPCODE.ping, payload: part.subarray(0, 125) }] : []),
    ]),
  );

const right = {
  fin: true,
  reserved: 0,
  masked: true,
  form: "shortest",
  payload: new Uint8Array(),
} as const;

const stream = fc
  .array(
    fc.oneof(
      frame.map((one) => [one]),
      fragmented,
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((frames) => Buffer.concat(frames.flat().map(encode)));

const cuts = fc.array(fc.nat(), { maxLength: 4 });

describe("hostile frames", () => {
  test("are refused with the code of RFC 6455, and right ones are taken", async () => {
    await fc.assert(
      fc.asyncProperty(stream, cuts, (sent, where) => check(sent, where)),
      runs(1200),
    );
    await target.checkUnharmed();
  });

  test("cut off at any place keep what was complete", async () => {
    await fc.assert(
      fc.asyncProperty(stream, fc.nat(), (sent, at) => check(sent.subarray(0, at % sent.length))),
      runs(400),
    );
    await target.checkUnharmed();
  });

  test("random bytes", async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value));
    await fc.assert(
      fc.asyncProperty(bytes, cuts, (sent, where) => check(sent, where)),
      runs(300),
    );
    await target.checkUnharmed();
  });

  test.each<[string, Partial<Frame>, number]>([
    ["a reserved bit", { reserved: 4 }, 1002],
    ["an opcode that there is not", { opcode: 3 }, 1002],
    ["a control opcode that there is not", { opcode: 11 }, 1002],
    ["no mask", { masked: false }, 1002],
    ["a part of nothing", { opcode: OPCODE.more }, 1002],
    ["a ping in parts", { opcode: OPCODE.ping, fin: false }, 1002],
    ["a long ping", { opcode: OPCODE.ping, payload: new Uint8Array(126) }, 1002],
    ["a Close of one byte", { opcode: OPCODE.close, payload: new Uint8Array(1) }, 1002],
    [
      "a Close with a reserved code",
      { opcode: OPCODE.close, payload: new Uint8Array([3, 238]) },
      1002,
    ],
    ["a text that is no UTF-8", { payload: new Uint8Array([0xff]) }, 1007],
    ["half a surrogate pair", { payload: new Uint8Array([0xed, 0xa0, 0x80]) }, 1007],
    ["a message past the limit", { payload: new Uint8Array(MESSAGE_BYTES + 1) }, 1009],
    ["a length that no message has", { claims: 2n ** 63n }, 1009],
  ])("%s", async (_what, wrong, code) => {
    const sent = encode({ ...right, opcode: OPCODE.text, ...wrong });
    expect(judge(sent).close).toBe(code);
    await check(sent);
    await target.checkUnharmed();
  });

  test("a message at the limit is taken", async () => {
    const sent = encode({
      ...right,
      opcode: OPCODE.binary,
      payload: new Uint8Array(MESSAGE_BYTES),
    });
    expect(judge(sent).messages.length).toBe(1);
    await check(sent);
  });

  test("many sockets that break off at once", async () => {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        send(encode({ ...right, opcode: OPCODE.text, claims: BigInt(index * 50) })),
      ),
    );
    await target.checkUnharmed();
  });
});

describe("hostile handshakes", () => {
  const value = fc.oneof(
    fc.constantFrom(
      "",
      "websocket",
      "Upgrade",
      "13",
      "8",
      "12",
      "AAAAAAAAAAAAAAAAAAAAAA==",
      "AAAA",
      "x".repeat(500),
    ),
    fc.constantFrom(
      "permessage-deflate; server_max_window_bits=99",
      "permessage-deflate;;",
      "a, a",
      ",",
      '"',
    ),
    fc.uint8Array({ maxLength: 10 }).map((bytes) =>
      Buffer.from(bytes)
        .toString("latin1")
        .replace(/[\r\n]/g, ""),
    ),
  );
  const names = [
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Protocol",
    "Connection",
    "Upgrade",
    "Origin",
    "Sec-Fetch-Site",
    "Content-Length",
  ];

  test("are answered with a status", async () => {
    const lines = HANDSHAKE.trimEnd().split("\r\n");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), value), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (changes, replaces) => {
          const changed = new Set(changes.map(([name]) => name));
          const kept = lines.filter((line) => !(replaces && changed.has(line.split(":")[0] ?? "")));
          const head = [...kept, ...changes.map(([name, text]) => `${name}: ${text}`), "", ""];
          const received = (await target.raw(head.join("\r\n"))).toString("latin1");
          expect(received).toMatch(/^HTTP\/1\.1 (101|200|4\d\d) /);
          checkDiscreet(received);
        },
      ),
      runs(400),
    );
    await target.checkUnharmed();
  });
});
