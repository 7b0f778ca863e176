import { beforeEach, expect, test } from "vitest";
import { TestRecords } from "../../test/support/records.ts";
import { type SSEResponseOptions, sseResponse } from "./sse.ts";
import { Streams } from "./streams.ts";
import type { StreamWriter } from "./types.ts";

let records: TestRecords;
let streams: Streams;
let writer: StreamWriter;

beforeEach(async () => {
  records = new TestRecords();
  streams = records.live(new Streams());
  writer = await streams.open("s");
  for (const n of [0, 1, 2]) writer.append({ n });
});

const settle = () => new Promise<void>((done) => setImmediate(done));

test("replays, says that it is up to date, follows and ends", async () => {
  const response = await sseResponse(streams, "s");
  expect(Object.fromEntries(response.headers)).toEqual({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
  });
  const text = response.text();
  await settle();
  writer.append("two\nlines");
  await settle();
  writer.error("broke\nit");
  expect((await text).split("\n\n")).toEqual([
    'id: 0\ndata: {"n":0}',
    'id: 1\ndata: {"n":1}',
    'id: 2\ndata: {"n":2}',
    "event: up-to-date\ndata: {}",
    'id: 3\ndata: "two\\nlines"',
    'event: error\ndata: {"reason":"broke\\nit"}',
    "",
  ]);
});

/** Ids of the chunks of a closed stream's answer. */
async function idsOf(options: SSEResponseOptions): Promise<string> {
  writer.close();
  const text = await (await sseResponse(streams, "s", options)).text();
  expect(text).toMatch(/event: done\ndata: {}\n\n$/);
  return [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id).join("");
}

const asked = (query: string, last?: string) => ({
  request: new Request(`https://x/${query}`, {
    headers: last === undefined ? {} : { "last-event-id": last },
  }),
});

test.each<[string, SSEResponseOptions, string]>([
  ["nothing", {}, "012"],
  ["the header", asked("", "0"), "12"],
  ["the query", asked("?from=2"), "2"],
  ["the header before the query", asked("?from=0", "1"), "2"],
  ["the option before both", { ...asked("?from=2", "2"), from: 1 }, "12"],
  ["a place that is still to come", { from: 9 }, ""],
  ["no number in the header", asked("?from=1", "abc"), "12"],
  ["no place in the header", asked("", "-1"), "012"],
  ["no number in the query", asked("?from=x"), "012"],
])("goes on where it was left: %s", async (_name, options, expected) => {
  expect(await idsOf(options)).toBe(expected);
});

test("a stream that does not exist is not found", async () => {
  const response = await sseResponse(streams, "other");
  expect([response.status, await response.text()]).toEqual([404, 'Stream "other" does not exist']);
  const from = Number.NaN;
  await expect(sseResponse(streams, "s", { from })).rejects.toMatchObject({
    code: "invalid_stream_read",
  });
});

test("an idle answer says so in time, and no longer when it has ended", async () => {
  const text = (await sseResponse(streams, "s", { heartbeatMs: 100 })).text();
  await settle();
  for (const _ of [1, 2]) records.clock.advance(100);
  writer.append("more");
  await settle();
  records.clock.advance(99);
  writer.close({ discard: true });
  expect((await text).split("up-to-date\ndata: {}\n\n")[1]).toBe(
    ': heartbeat\n\n: heartbeat\n\nid: 3\ndata: "more"\n\nevent: done\ndata: {}\n\n',
  );
  expect(records.clock.pending).toBe(0);
});

test("an answer that nobody reads any more leaves nothing behind", async () => {
  const off = new AbortController();
  const ended = (await sseResponse(streams, "s", { signal: off.signal })).text();
  const left = (await sseResponse(streams, "s")).body?.getReader();
  await settle();
  await left?.cancel();
  off.abort();
  expect(await ended).toMatch(/up-to-date\ndata: {}\n\n$/);
  expect(records.clock.pending).toBe(0);
  writer.append("unheard");
});
