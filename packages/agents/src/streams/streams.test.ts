import { beforeEach, expect, test } from "vitest";
import { collect, TestRecords } from "../../test/support/records.ts";
import {
  StreamClosedError,
  StreamNotFoundError,
  StreamSerializationError,
} from "./contract-errors.ts";
import { Streams } from "./streams.ts";
import type { StreamJson } from "./types.ts";

let records: TestRecords;
let streams: Streams;

beforeEach(() => {
  records = new TestRecords();
  streams = records.live(new Streams());
});

/** Lets everything that can go on go on. */
const settle = () => new Promise<void>((done) => setImmediate(done));

test("a stream keeps its chunks in order, and a later life goes on where it was", async () => {
  const writer = await streams.open("a", { tag: "t", metadata: { by: "me" } });
  expect([writer.append({ n: 1 }), writer.append(null), writer.cursor]).toEqual([0, 1, 2]);
  records.clock.advance(5);
  const later = records.live(new Streams());
  const again = await later.open("a", { tag: "t", metadata: { by: "other" } });
  expect([again.cursor, again.append("three")]).toEqual([2, 2]);
  const { createdAt, ...status } = (await later.status("a")) ?? { createdAt: 0 };
  expect(status).toEqual({
    ...{ streamId: "a", state: "streaming", cursor: 3, tag: "t", metadata: { by: "me" } },
    updatedAt: createdAt + 5,
  });
  again.close();
  expect((await collect(later.read("a"))).map(({ chunk }) => chunk)).toEqual([
    { n: 1 },
    null,
    "three",
  ]);
});

test("a stream that ended takes nothing more, and ends once", async () => {
  const writer = await streams.open("a");
  writer.error("broke");
  writer.close({ commit: () => expect.unreachable() });
  expect(await streams.status("a")).toMatchObject({ state: "errored", error: "broke" });
  const closed = 'Stream "a" is closed: already settled as errored';
  expect(() => writer.append(1)).toThrow(new StreamClosedError("a", "already settled as errored"));
  await expect(streams.open("a")).rejects.toThrow(closed);
  expect(await streams.delete("a")).toBe(true);
  expect(() => writer.append(1)).toThrow("it was deleted");
  expect(await streams.delete("a")).toBe(false);
  expect(records.events).toEqual([
    ["stream:opened", { streamId: "a" }],
    ["stream:errored", { streamId: "a", reason: "broke" }],
    ["stream:deleted", { streamId: "a" }],
  ]);
});

test("what a chunk cannot be changes nothing", async () => {
  const writer = await records.live(new Streams({ maxChunkBytes: 10 })).open("a");
  for (const bad of [undefined, () => 1, 1n, "1234567é"]) {
    expect(() => writer.append(bad as StreamJson)).toThrow(StreamSerializationError);
  }
  expect([writer.append("123456é"), writer.cursor]).toEqual([0, 1]);
});

test.each([
  [() => streams.open(""), "invalid_stream_id"],
  [() => streams.open(5 as never), "invalid_stream_id"],
  [() => streams.open("x".repeat(257)), "invalid_stream_id"],
  [() => streams.open("a", { tag: 5 as never }), "invalid_stream_tag"],
  [() => streams.open("live", { tag: "other" }), "stream_tag_conflict"],
  [() => streams.delete("live"), "stream_live"],
  [() => streams.list({ limit: Number.NaN }), "invalid_stream_limit"],
  [() => collect(streams.read("live", { from: Number.NaN })), "invalid_stream_read"],
  [() => collect(streams.readBatches("live", { batchSize: Number.NaN })), "invalid_stream_read"],
  [() => collect(streams.read("missing")), "stream_not_found"],
])("%s is refused with %s", async (act, code) => {
  await streams.open("live", { tag: "one" });
  await expect(act()).rejects.toMatchObject({ code });
  expect(await streams.list()).toMatchObject([{ streamId: "live", tag: "one" }]);
});

test("blocks are filled, and cut where a chunk has no room", async () => {
  const writer = await streams.open("a");
  for (const length of [448, 447, 1, 400_000, 1]) writer.append("é".repeat(length));
  const blocks = records.sql(
    "SELECT block, seq_from, seq_to, LENGTH(body) AS n FROM cf_agents_stream_blocks",
  );
  expect(blocks.map(Object.values)).toEqual([
    [0, 0, 2, 900],
    [1, 2, 3, 3],
    [2, 3, 4, 400_002],
    [3, 4, 5, 3],
  ]);
  writer.close();
  const lengths = (await collect(streams.read("a", { from: 1 }))).map(({ seq, chunk }) => [
    seq,
    String(chunk).length,
  ]);
  expect(lengths).toEqual([
    [1, 447],
    [2, 1],
    [3, 400_000],
    [4, 1],
  ]);
});

test("a reader gets what is there, is told so once, then gets what is added", async () => {
  const writer = await streams.open("a");
  for (const n of [0, 1, 2]) writer.append(n);
  const seen: unknown[] = [];
  const onUpToDate = () => void seen.push("up to date");
  const reading = (async () => {
    for await (const batch of streams.readBatches("a", { batchSize: 2, onUpToDate })) {
      seen.push(batch.map(({ seq }) => seq));
    }
  })();
  await settle();
  writer.append(3);
  await settle();
  for (const n of [4, 5]) writer.append(n);
  writer.close();
  await reading;
  expect(seen).toEqual([[0, 1], [2], "up to date", [3], [4, 5]]);
});

test("what is written when a reader is told that it is up to date reaches it", async () => {
  const writer = await streams.open("a");
  const onUpToDate = () => {
    writer.append("late");
    writer.close();
  };
  expect(await collect(streams.readBatches("a", { onUpToDate }))).toEqual([
    [{ seq: 0, chunk: "late" }],
  ]);
});

test("a reader of a deleted stream ends, also when its id is used again", async () => {
  const writer = await streams.open("a");
  writer.append("old");
  const reading = collect(streams.read("a"));
  await settle();
  writer.close({ discard: true });
  (await streams.open("a")).append("new");
  expect(await reading).toEqual([{ seq: 0, chunk: "old" }]);
});

test("a reader that is called off ends with the reason, waiting or not", async () => {
  const writer = await streams.open("a");
  for (const n of [0, 1, 2]) writer.append(n);
  const off = new AbortController();
  const waiting = collect(streams.read("a", { signal: off.signal }));
  await settle();
  off.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  const second = new AbortController();
  const seen: number[] = [];
  const reading = (async () => {
    for await (const { seq } of streams.read("a", { signal: second.signal })) {
      seen.push(seq);
      if (seq === 1) second.abort(new Error("enough"));
    }
  })();
  await expect(reading).rejects.toThrow("enough");
  expect(seen).toEqual([0, 1]);
});

test("a stream ends with the writes that take its place, or not at all", async () => {
  records.sql("CREATE TABLE mine (what TEXT)");
  const writer = await streams.open("a");
  writer.append(1);
  const commit = () => {
    records.sql("INSERT INTO mine VALUES ('message')");
    throw new Error("no");
  };
  expect(() => writer.close({ commit, discard: true })).toThrow("no");
  expect([await streams.status("a"), records.sql("SELECT * FROM mine")]).toMatchObject([
    { state: "streaming", cursor: 1 },
    [],
  ]);
  expect(records.events).toHaveLength(1);
  writer.close({ commit: () => records.sql("INSERT INTO mine VALUES ('message')"), discard: true });
  expect([await streams.status("a"), records.sql("SELECT * FROM mine")]).toEqual([
    null,
    [{ what: "message" }],
  ]);
  expect(records.sql("SELECT * FROM cf_agents_stream_blocks")).toEqual([]);
});

test("lists filter by state and tag, the newest first", async () => {
  for (const n of [0, 1, 2, 3]) {
    const writer = await streams.open(`s${n}`, n % 2 ? { tag: "odd" } : {});
    if (n === 1) writer.close();
    if (n === 2) writer.error();
  }
  const ids = async (...options: Parameters<Streams["list"]>) =>
    (await streams.list(...options)).map(({ streamId }) => streamId);
  expect(await ids()).toEqual(["s3", "s2", "s1", "s0"]);
  expect(await ids({ tag: "odd" })).toEqual(["s3", "s1"]);
  expect(await ids({ state: ["completed", "errored"] })).toEqual(["s2", "s1"]);
  expect(await ids({ state: "streaming", limit: 1 })).toEqual(["s3"]);
});

test("nothing is stored before the first stream is opened", async () => {
  await streams.onStart();
  expect([await streams.status("a"), await streams.list(), await streams.delete("a")]).toEqual([
    null,
    [],
    false,
  ]);
  await expect(collect(streams.read("a"))).rejects.toThrow(StreamNotFoundError);
  expect(records.sql("SELECT name FROM sqlite_master")).toEqual([]);
});

test("logs of an earlier version become blocks when they are touched", async () => {
  await streams.open("kept");
  records.sql(
    "CREATE TABLE cf_agents_stream_chunks (stream_id TEXT, seq INTEGER, chunk TEXT, created_at INTEGER)",
  );
  for (let seq = 0; seq < 1200; seq++) {
    records.sql("INSERT INTO cf_agents_stream_chunks VALUES ('kept', ?, ?, ?)", seq, `${seq}`, 7);
  }
  const later = records.live(new Streams());
  await later.onStart();
  const writer = await later.open("kept");
  expect([writer.cursor, writer.append("new")]).toEqual([1200, 1200]);
  writer.close();
  const chunks = await collect(later.read("kept"));
  expect(chunks.map(({ seq }) => seq)).toEqual(Array.from({ length: 1201 }, (_, seq) => seq));
  expect([chunks[7]?.chunk, chunks[1200]?.chunk]).toEqual([7, "new"]);
  await records.live(new Streams()).onStart();
  expect(
    records.sql("SELECT name FROM sqlite_master WHERE name = 'cf_agents_stream_chunks'"),
  ).toEqual([]);
});

test("rooms of the SDK write at once, and hear of every deletion", async () => {
  const sync = streams.__DO_NOT_USE_WILL_BREAK__sync();
  sync.ensureTables();
  sync.insertStream("a", "t", { m: 1 });
  expect([sync.append("a", 1), sync.cursor("a"), sync.lastChunkAt("b")]).toEqual([0, 1, null]);
  const gone: unknown[] = [];
  const forget = sync.onDelete((row, cursor) => void gone.push([row.stream_id, row.state, cursor]));
  expect(sync.settle("a", "errored", "why", { discard: true })).toBe(true);
  sync.insertStream("b", null, undefined);
  sync.deleteMany(["b", "missing"]);
  forget();
  sync.importStream({
    ...{ streamId: "i", state: "completed", tag: "t", metadata: undefined, chunkCount: 1 },
    ...{ createdAt: 1, updatedAt: 2, closedAt: 3 },
  });
  sync.importChunk("i", { old: true }, 2);
  sync.deleteUnchecked("nothing");
  expect(gone).toEqual([
    ["a", "errored", 1],
    ["b", "streaming", 0],
  ]);
  expect(sync.readChunks("i", 0, 10)).toEqual([
    { stream_id: "i", seq: 0, chunk: '{"old":true}', created_at: 2 },
  ]);
  expect(sync.rowsByTag("t").map((row) => row.stream_id)).toEqual(["i"]);
});
