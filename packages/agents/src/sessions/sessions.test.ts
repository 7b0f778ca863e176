import { beforeEach, expect, test, vi } from "vitest";
import { collect, TestRecords } from "../../test/support/records.ts";
import type { Session } from "./session.ts";
import { Sessions } from "./sessions.ts";
import type { SessionChangeEvent, SessionMessage } from "./types.ts";

let records: TestRecords;
let sessions: Sessions;
let session: Session;

beforeEach(() => {
  records = new TestRecords();
  sessions = records.live(new Sessions({ reservedMetadataKeys: ["channel"] }));
  session = sessions.session();
  vi.spyOn(console, "error").mockReturnValue();
});

function text(id: string, what = id, more: Partial<SessionMessage> = {}): SessionMessage {
  return { id, role: "user", parts: [{ type: "text", text: what }], ...more };
}

const append = async (...ids: string[]) => {
  for (const id of ids) await session.appendMessage(text(id));
};

const idsOf = (messages: readonly { id: string }[]) => messages.map(({ id }) => id);

/** Ids, and the texts of summaries in brackets. */
const shown = (messages: readonly SessionMessage[]) =>
  messages
    .map(({ id, parts }) => (id.startsWith("compaction_") ? `[${parts[0]?.text}]` : id))
    .join(" ");

test("messages form a tree whose newest path is the active one", async () => {
  await append("a", "b", "c");
  await session.appendMessage(text("b2"), { parentId: "a" });
  expect(idsOf(await session.getHistory())).toEqual(["a", "b2"]);
  expect(idsOf(await session.getHistory({ leafId: "c" }))).toEqual(["a", "b", "c"]);
  expect(idsOf(await session.getBranches("a"))).toEqual(["b", "b2"]);
  await session.appendMessage(text("r"), { parentId: null });
  await session.appendMessage(text("o"), { parentId: "unknown" });
  expect(idsOf(await session.getHistory())).toEqual(["o"]);
  expect((await session.getLatestLeaf())?.id).toBe("o");
  expect(await session.getHistory({ leafId: "unknown" })).toEqual([]);
});

test("an append is idempotent, an update that changes nothing is none", async () => {
  const told: string[] = [];
  sessions.subscribe((event) => void told.push(event.type));
  const message = text("a", "one");
  expect(await session.appendMessage(message)).toEqual({ inserted: true, message });
  expect(await session.appendMessage(text("a", "two"))).toEqual({ inserted: false, message });
  expect(await session.updateMessage(message)).toEqual(message);
  expect(await session.updateMessage(text("b"))).toBeNull();
  expect(await session.upsertMessage(text("a", "three"))).toEqual({
    inserted: false,
    message: text("a", "three"),
  });
  expect((await session.upsertMessage(text("b"))).inserted).toBe(true);
  expect(told).toEqual(["append", "append", "update", "append"]);
});

test("what a client may not write is removed, and so is what is stale in the next turn", async () => {
  const parts = [
    { type: "text", text: "x", providerMetadata: { openai: { itemId: "i", kept: 1 } } },
    { type: "reasoning", text: " " },
  ];
  const message = { ...text("a"), parts, metadata: { channel: "forged", mine: 1 } };
  await session.appendMessage(message, { source: "client" });
  expect(await session.getMessage("a")).toEqual({
    id: "a",
    role: "user",
    parts: [{ type: "text", text: "x", providerMetadata: { openai: { kept: 1 } } }],
    metadata: { mine: 1 },
  });
  await session.updateMessage(text("a", "x", { metadata: { channel: "server" } }));
  expect((await session.getMessage("a"))?.metadata).toEqual({ channel: "server" });
});

test("what is no message is refused, and loses nothing", async () => {
  await append("a");
  const bad = [
    ...[undefined, null, "text", { id: "x", role: "user" }, { id: 5, role: "user", parts: [] }],
    ...[
      { id: "x", parts: [] },
      { ...text("x"), parts: [null] },
      { ...text("x"), parts: ["x"] },
    ],
  ];
  for (const one of bad) {
    await expect(session.appendMessage(one as never)).rejects.toMatchObject({
      code: "invalid_message",
    });
  }
  await expect(session.appendMessage(text("x", "x", { metadata: 1n }))).rejects.toThrow(TypeError);
  const cyclic: Record<string, unknown> = { mediaType: "image/png" };
  cyclic.self = cyclic;
  const part = { type: "data-x", data: cyclic };
  await expect(session.appendMessage({ ...text("x"), parts: [part] })).rejects.toThrow(TypeError);
  expect(idsOf(await session.getHistory())).toEqual(["a"]);
});

test.each<[string, () => unknown, string]>([
  ["a session by a number", () => sessions.session(5 as never), "invalid_session_id"],
  ["a deletion of a text", () => session.deleteMessages("a" as never), "invalid_session_write"],
  [
    "a compaction of nothing",
    () => session.addCompaction(...([] as never as [string, string, string])),
    "invalid_session_write",
  ],
  [
    "an import without a time",
    () => session.importMessage(text("x"), { parentId: null, createdAt: Number.NaN }),
    "invalid_session_write",
  ],
  [
    "a threshold that is no number",
    () => session.compactAfter(Number.NaN),
    "invalid_session_write",
  ],
  ["a search for nothing", () => session.search(undefined as never), "invalid_session_read"],
  ["a search without a limit", () => session.search("a", { limit: 0.5 }), "invalid_session_read"],
  ["a compaction without a function", () => session.compact(), "no_compaction_function"],
])("%s is refused", async (_name, act, code) => {
  await expect((async () => act())()).rejects.toMatchObject({ code });
});

test("messages of deleted ones answer what these answered", async () => {
  await append("a", "b", "c", "d");
  await session.appendMessage(text("c2"), { parentId: "b" });
  await session.deleteMessages(["b", "c", "unknown"]);
  expect(idsOf(await session.getHistory())).toEqual(["a", "c2"]);
  expect(idsOf(await session.getHistory({ leafId: "d" }))).toEqual(["a", "d"]);
  await session.deleteMessages(["a", "c2"]);
  expect((await session.getLatestLeaf())?.id).toBe("d");
  expect(idsOf(await session.getHistory())).toEqual(["d"]);
});

test("messages of any size come back as they were, also to a later life", async () => {
  const large = text("large", "é😀\ud800\u0000".repeat(500_000), {
    createdAt: new Date(5000),
    metadata: { deep: [1, { two: null }] },
  });
  await session.appendMessage(large);
  await session.appendMessage(text("small"));
  const later = records.live(new Sessions()).session();
  expect(await later.getMessage("large")).toEqual(large);
  const [row] = await later.getHistoryRowStats();
  expect(row?.bytes).toBe(new TextEncoder().encode(JSON.stringify(large)).byteLength);
  await later.updateMessage(text("large", "short"));
  expect(records.sql("SELECT * FROM cf_agents_session_message_chunks")).toEqual([]);
});

const file = (base64: string, mediaType = "image/png") => ({
  type: "file",
  mediaType,
  url: `data:${mediaType};base64,${base64}`,
});

const stored = () =>
  records.sql("SELECT bytes, media_type, chunks FROM cf_agents_session_attachment_meta");

test("payloads are stored apart, once, as long as a message refers to them", async () => {
  const bytes = Buffer.alloc(2_000_000, "picture").toString("base64");
  const parts = [file(bytes), { type: "data-x", data: [{ mediaType: "audio/wav", data: "AAAA" }] }];
  await session.appendMessage({ ...text("a"), parts });
  await sessions.session("other").appendMessage({ ...text("b"), parts: [file(bytes)] });
  expect(stored()).toEqual(
    expect.arrayContaining([
      { bytes: 2_000_000, media_type: "image/png", chunks: 2 },
      { bytes: 3, media_type: "audio/wav", chunks: 1 },
    ]),
  );
  expect((await session.getMessage("a"))?.parts).toEqual(parts);
  expect((await session.getHistoryRowStats())[0]?.bytes).toBeGreaterThan(2_600_000);
  expect(String(records.sql("SELECT content FROM cf_agents_session_messages")[0]?.content)).toMatch(
    /^.{1,500}$/,
  );
  await session.clearMessages();
  expect(stored()).toHaveLength(1);
  await sessions.session("other").updateMessage(text("b", "no picture"));
  expect([stored(), records.sql("SELECT * FROM cf_agents_session_attachment_chunks")]).toEqual([
    [],
    [],
  ]);
});

test.each<[string, Record<string, unknown>]>([
  ["no base64", { mediaType: "image/png", url: "data:image/png;base64,@@@@" }],
  ["another way to write base64", { mediaType: "image/png", url: "data:image/png;base64,AB==" }],
  ["a URL with parameters", { mediaType: "image/png", url: "data:image/png;a=b;base64,AAAA" }],
  ["a URL of another type", { mediaType: "image/png", url: "data:image/jpeg;base64,AAAB" }],
  [
    "bytes that are there as another type",
    { mediaType: "audio/x", url: "data:audio/x;base64,AAAA" },
  ],
  ["no declared type", { url: "data:image/png;base64,AAAA" }],
  ["text", { mediaType: "text/plain", url: "data:text/plain;base64,AAAA" }],
  ["a pointer", { mediaType: "image/png", url: `attachment:sha256:${"0".repeat(64)}` }],
  ["both places", { mediaType: "image/png", data: "AAAA", url: "data:image/png;base64,AAAA" }],
])("a message with %s comes back letter for letter", async (_name, fields) => {
  await session.appendMessage({ ...text("first"), parts: [file("AAAA")] });
  const parts = [{ type: "file", ...fields }];
  await session.appendMessage({ ...text("a"), parts });
  expect((await session.getMessage("a"))?.parts).toEqual(parts);
});

test("a pointer to a payload of somebody else gives nothing away", async () => {
  await sessions.session("secret").appendMessage({ ...text("a"), parts: [file("c2VjcmV0")] });
  const [meta] = records.sql("SELECT hash FROM cf_agents_session_attachment_meta");
  const url = `attachment:sha256:${meta?.hash}`;
  await session.appendMessage(
    { ...text("mine"), parts: [{ type: "file", mediaType: "image/png", url }] },
    { source: "client" },
  );
  expect((await session.getMessage("mine"))?.parts[0]?.url).toBe(url);
});

test("reads show compacted ranges as their summaries", async () => {
  await append("m0", "m1", "m2", "m3", "m4", "m5");
  const compaction = await session.addCompaction("S", "m1", "m3");
  expect(shown(await session.getHistory())).toBe("m0 [S] m4 m5");
  expect(shown(await session.getHistory({ newestFirst: true }))).toBe("m5 m4 [S] m0");
  expect(shown(await session.getHistory({ leafId: "m2" }))).toBe("m0 m1 m2");
  expect(shown(await collect(session.history()))).toBe("m0 [S] m4 m5");
  const summary = (await session.getHistory())[1] as SessionMessage;
  expect(summary).toMatchObject({ id: `compaction_${compaction.id}`, role: "assistant" });
  // Clients send it back: it is no message.
  expect(await session.appendMessage(summary)).toEqual({ inserted: false, message: summary });
  expect([await session.updateMessage(summary), await session.getMessage(summary.id)]).toEqual([
    null,
    null,
  ]);
  await session.appendMessage(text("k"), { parentId: summary.id });
  expect(shown(await session.getHistory())).toBe("m0 [S] k");
  await session.addCompaction("T", "m0", summary.id);
  expect(shown(await session.getHistory())).toBe("[T] k");
  await session.clearMessages();
  expect(await session.getCompactions()).toEqual([]);
});

test("a session compacts itself, once at a time, and goes on when that fails", async () => {
  let asked = 0;
  session.compactAfter(20).onCompaction(async (messages) => {
    asked++;
    if (asked === 1) throw new Error("the model is away");
    const [first, last] = [messages[0], messages.at(-2)];
    return { fromMessageId: first?.id ?? "", toMessageId: last?.id ?? "", summary: "S" };
  });
  await append("m0", "m1", "m2");
  expect(asked).toBe(0);
  await append("m3");
  expect([asked, shown(await session.getHistory())]).toEqual([1, "m0 m1 m2 m3"]);
  expect(records.events.at(-1)).toEqual([
    "session:error",
    { sessionId: "", error: "the model is away" },
  ]);
  await append("m4", "m5", "m6");
  expect([asked, shown(await session.getHistory())]).toEqual([2, "[S] m4 m5 m6"]);
  await append("m7");
  expect([asked, shown(await session.getHistory())]).toEqual([3, "[S] m7"]);
});

test("a compaction of messages that went meanwhile is none", async () => {
  await append("m0", "m1", "m2");
  session.onCompaction(async () => {
    await session.deleteMessages(["m1"]);
    return { fromMessageId: "m0", toMessageId: "m1", summary: "S" };
  });
  expect([await session.compact(), await session.getCompactions()]).toEqual([null, []]);
});

test("recent history is what fits, and the newest at least", async () => {
  for (const id of ["a", "b", "c"]) await session.appendMessage(text(id, "x".repeat(100)));
  const { bytes = 0 } = (await session.getHistoryRowStats())[0] ?? {};
  const recent = await session.getRecentHistory(bytes * 2);
  expect([idsOf(recent.messages), recent.truncated]).toEqual([["b", "c"], true]);
  expect(recent.totalContentBytes).toBe(bytes * 3);
  expect(idsOf((await session.getRecentHistory(0)).messages)).toEqual(["c"]);
  expect(await session.getRecentHistory(bytes * 3)).toMatchObject({ truncated: false });
  const batches = await collect(session.historyBatches({ maxBatchBytes: bytes * 2, batchSize: 5 }));
  expect(batches.map(idsOf)).toEqual([["a", "b"], ["c"]]);
});

test("a read that is stopped reads no further, and one that is called off throws", async () => {
  await append("a", "b", "c");
  const seen: string[] = [];
  for await (const { id } of session.history({ newestFirst: true })) {
    seen.push(id);
    if (id === "c") await session.deleteMessages(["b", "c"]);
  }
  expect(seen).toEqual(["c", "a"]);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(collect(session.history({ signal }))).rejects.toThrow("enough");
});

test("search finds words beside each other in text parts, from the first search on", async () => {
  await session.appendMessage(text("a", "The quick brown fox"));
  await session.appendMessage({ ...text("b"), parts: [{ type: "reasoning", text: "quick" }] });
  await sessions.session("other").appendMessage(text("a", "quick elsewhere"));
  const index = "SELECT name FROM sqlite_master WHERE name = 'cf_agents_session_fts'";
  expect(records.sql(index)).toEqual([]);
  expect(await session.search("QUICK brown")).toEqual([
    { id: "a", role: "user", content: "The quick brown fox" },
  ]);
  await session.appendMessage(text("c", "quick again"));
  expect(idsOf(await session.search("quick")).sort()).toEqual(["a", "c"]);
  expect(await session.search("quick", { limit: 1 })).toHaveLength(1);
  for (const query of ["", '"', "(", "quick AND", "content:quick", "*", "fox quick"]) {
    expect(await session.search(query)).toEqual([]);
  }
  await session.updateMessage(text("c", "changed"));
  await session.deleteMessages(["a"]);
  expect([await session.search("quick"), idsOf(await session.search("changed"))]).toEqual([
    [],
    ["c"],
  ]);
  const later = records.live(new Sessions()).session();
  await later.appendMessage(text("d", "quick once more"));
  expect(idsOf(await later.search("quick"))).toEqual(["d"]);
});

test("listeners hear of writes in order, and may write themselves", async () => {
  const heard: string[] = [];
  sessions.subscribe(async (event) => {
    await new Promise<void>((done) => setImmediate(done));
    heard.push(`slow ${event.type}`);
    if (event.type === "append" && event.message.id === "a") await append("by the listener");
  });
  const end = sessions.subscribe(() => {
    throw new Error("broken listener");
  });
  sessions.subscribe(({ type }) => void heard.push(type));
  await append("a");
  await session.deleteMessages(["a"]);
  end();
  expect(heard).toEqual([
    ...["slow append", "append", "slow append", "append"],
    ...["slow delete", "delete"],
  ]);
  expect(records.events).toContainEqual([
    "session:error",
    { sessionId: "", event: "append", error: "broken listener" },
  ]);
});

test("a mirror follows its session", async () => {
  let kept: { id: string; said: string | undefined }[] = [];
  const applied: unknown[] = [];
  const stop = session.mirror({
    get: () => kept,
    set: (messages) => {
      kept = messages;
    },
    transform: ({ id, parts }) => ({ id, said: parts[0]?.text }),
    intercept: (event) => event.type === "append" && event.message.id === "skipped",
    onApplied: (event, message, previous) => void applied.push([event.type, message, previous]),
  });
  await append("a", "b", "skipped");
  await session.updateMessage(text("a", "changed"));
  await sessions.session("other").appendMessage(text("c"));
  await session.deleteMessages(["b"]);
  expect(kept).toEqual([{ id: "a", said: "changed" }]);
  expect(applied.at(-1)).toEqual(["update", { id: "a", said: "changed" }, { id: "a", said: "a" }]);
  stop();
  await session.clearMessages();
  expect(kept).toHaveLength(1);
});

test("messages of another place keep their place and time", async () => {
  const heard: SessionChangeEvent[] = [];
  sessions.subscribe((event) => void heard.push(event));
  await session.importMessage(text("a"), { parentId: null, createdAt: 100.5 });
  await session.importMessage(text("b"), { parentId: "a", createdAt: 50 });
  await session.importMessage(text("b", "again"), { parentId: null, createdAt: 1 });
  expect(idsOf(await session.getHistory())).toEqual(["a", "b"]);
  expect(heard.map(({ type }) => type)).toEqual(["import", "import"]);
  expect(records.sql("SELECT created_at FROM cf_agents_session_messages ORDER BY seq")).toEqual([
    { created_at: 100 },
    { created_at: 50 },
  ]);
});

test("rooms of the SDK write within a transaction of theirs, and tell of it later", async () => {
  const heard: string[] = [];
  sessions.subscribe((event) => void heard.push(event.type));
  const sync = session.__DO_NOT_USE_WILL_BREAK__sync();
  expect(() =>
    records.transaction(() => {
      sync.upsert(text("lost"));
      throw new Error("rolled back");
    }),
  ).toThrow("rolled back");
  sync.abandon();
  const { after, result } = records.transaction(() => sync.upsert(text("kept")));
  expect([result.inserted, heard]).toEqual([true, []]);
  await after();
  expect([heard, idsOf(await session.getHistory())]).toEqual([["append"], ["kept"]]);
});

test("a place is kept for a message that comes later than those behind it", async () => {
  const sync = session.__DO_NOT_USE_WILL_BREAK__sync();
  await append("q1");
  const first = sync.reserve();
  await append("q2");
  const second = sync.reserve();
  await append("q3");
  await sync.place(text("a2"), second).after();
  await sync.place(text("a1"), first).after();
  await sync.place(text("a1", "changed"), first).after();
  expect(idsOf(await session.getHistory())).toEqual(["q1", "a1", "q2", "a2", "q3"]);
  expect((await session.getLatestLeaf())?.id).toBe("q3");
  await append("q4");
  // What was kept is forgotten with the object; the gap is not.
  const later = records.live(new Sessions()).session().__DO_NOT_USE_WILL_BREAK__sync();
  expect([later.placeBehind("q1"), later.placeBehind("q3"), later.placeBehind("none")]).toEqual([
    ...[undefined, undefined, undefined],
  ]);
  const last = sync.reserve();
  await append("q5");
  expect(later.placeBehind("q4")).toBe(last);
  await sync.place(text("a4"), last).after();
  expect(
    sync
      .places()
      .map(({ id }) => id)
      .join(" "),
  ).toBe("q1 a1 q2 a2 q3 q4 a4 q5");
  await session.deleteMessages(["q1", "q3"]);
  expect(idsOf(await session.getHistory())).toEqual(["a1", "q2", "a2", "q4", "a4", "q5"]);
});

test("what was rolled back is not built upon, also when nobody says so", async () => {
  await append("a");
  const sync = session.__DO_NOT_USE_WILL_BREAK__sync();
  expect(() =>
    records.transaction(() => {
      sync.upsert(text("lost"));
      throw new Error("rolled back");
    }),
  ).toThrow("rolled back");
  await append("b");
  expect(idsOf(await session.getHistory())).toEqual(["a", "b"]);
});

test("a tree that was damaged is read as far as it goes", async () => {
  await append("a", "b", "c");
  records.sql("UPDATE cf_agents_session_messages SET parent_id = 'c' WHERE id = 'a'");
  expect(idsOf(await session.getHistory())).toEqual(["a", "b", "c"]);
  records.sql("UPDATE cf_agents_session_messages SET parent_id = 'gone' WHERE id = 'a'");
  records.sql("UPDATE cf_agents_session_messages SET content = '{bad' WHERE id = 'b'");
  expect(idsOf(await session.getHistory())).toEqual(["a", "c"]);
  expect(await session.getMessage("b")).toBeNull();
});

test("nothing is stored before the first message", async () => {
  await sessions.onStart();
  expect([await session.getHistory(), await session.getLatestLeaf()]).toEqual([[], null]);
  expect(await session.getRecentHistory(5)).toMatchObject({ messages: [], truncated: false });
  await session.deleteMessages(["a"]);
  expect(records.sql("SELECT name FROM sqlite_master")).toEqual([]);
});

test("a table of before 0.3 that was not copied whole stays, and is told of", async () => {
  records.sql(`CREATE TABLE assistant_messages (id TEXT, session_id TEXT, parent_id TEXT,
    role TEXT, content TEXT, created_at TEXT)`);
  for (const id of ["a", null]) {
    const insert = "INSERT INTO assistant_messages VALUES (?, '', NULL, 'user', ?, '2026-01-01')";
    records.sql(insert, id, JSON.stringify(text("a")));
  }
  await sessions.onStart();
  expect(records.events).toEqual([
    ["session:migration:incomplete", { table: "assistant_messages", source: 2, copied: 1 }],
  ]);
  await append("b");
  await records.live(new Sessions()).onStart();
  expect(idsOf(await session.getHistory())).toEqual(["a", "b"]);
  expect(records.sql("SELECT id FROM assistant_messages")).toHaveLength(2);
});
