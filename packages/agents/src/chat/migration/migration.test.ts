import { describe, expect, it, vi } from "vitest";
import { ChatRoom } from "../chat-room.ts";
import { TestStorage, testHost } from "../testing/chat-host.ts";
import { autoTransformMessage, autoTransformMessages } from "./legacy-messages.ts";

function oldTables(storage: TestStorage) {
  const { sql } = storage.memory;
  sql(`CREATE TABLE cf_ai_chat_agent_messages (id text primary key, message text not null,
    created_at datetime default current_timestamp)`);
  sql(`CREATE TABLE cf_ai_chat_stream_metadata (id text primary key, request_id text not null,
    status text not null, created_at integer not null, completed_at integer, message_id text)`);
  sql(`CREATE TABLE cf_ai_chat_stream_chunks (id text primary key, stream_id text not null,
    body text not null, chunk_index integer not null, created_at integer not null)`);
  return sql;
}

const tables = (storage: TestStorage) =>
  storage.memory
    .sql<{ name: string }>("SELECT name FROM sqlite_master WHERE name LIKE 'cf_ai_chat_%'")
    .map(({ name }) => name);

const insert = "INSERT INTO cf_ai_chat_agent_messages VALUES (?, ?, ?)";
const v5 = { id: "l1", role: "user", parts: [{ type: "text", text: "hi" }], createdAt: 7 };
const v4 = {
  id: "l2",
  role: "assistant",
  content: "done",
  reasoning: "hm",
  toolInvocations: [
    { toolCallId: "c", toolName: "look", args: { a: 1 }, result: 2, state: "result" },
  ],
};

describe("a transcript of before 0.11", () => {
  it("is moved into the session, in order, and its table goes", async () => {
    const storage = new TestStorage();
    const sql = oldTables(storage);
    sql(insert, "l2", JSON.stringify(v4), "2026-01-02 03:04:06");
    sql(insert, "l1", JSON.stringify(v5), "2026-01-02 03:04:05");
    sql("INSERT INTO cf_ai_chat_stream_metadata VALUES ('s1', 'oldreq', 'error', 5, 6, 'amsg')");
    sql(`INSERT INTO cf_ai_chat_stream_chunks VALUES ('1', 's1', '{"type":"start"}', 0, 5)`);
    sql(`INSERT INTO cf_ai_chat_stream_chunks VALUES ('2', 's1', '["{}","{}"]', 1, 6)`);
    const host = testHost(storage);
    await new ChatRoom(host).onStart();
    expect(host.messages).toEqual([
      v5,
      {
        id: "l2",
        role: "assistant",
        parts: [
          { type: "reasoning", text: "hm" },
          {
            ...{ type: "tool-look", toolCallId: "c", state: "output-available" },
            ...{ input: { a: 1 }, output: 2 },
          },
          { type: "text", text: "done" },
        ],
      },
    ]);
    const rows = sql(
      "SELECT id, parent_id, created_at FROM cf_agents_session_messages ORDER BY seq",
    );
    expect(rows).toEqual([
      { id: "l1", parent_id: null, created_at: Date.UTC(2026, 0, 2, 3, 4, 5) },
      { id: "l2", parent_id: "l1", created_at: Date.UTC(2026, 0, 2, 3, 4, 6) },
    ]);
    expect(
      sql("SELECT stream_id, state, tag, metadata, chunk_count FROM cf_agents_streams"),
    ).toEqual([
      {
        ...{ stream_id: "s1", state: "errored", tag: "oldreq", chunk_count: 2 },
        metadata: '{"cfChat":1,"messageId":"amsg"}',
      },
    ]);
    expect(sql("SELECT seq_to, body FROM cf_agents_stream_blocks")).toEqual([
      { seq_to: 2, body: '"{\\"type\\":\\"start\\"}",["{}","{}"]' },
    ]);
    expect(tables(storage)).toEqual([]);
  });

  it("stays when not all of it can be moved, and is tried again", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const error = vi.spyOn(console, "error").mockReturnValue(undefined);
    const storage = new TestStorage();
    const sql = oldTables(storage);
    sql(insert, "l1", JSON.stringify(v5), "2026-01-02 03:04:05");
    sql(insert, "bad", "{", "2026-01-02 03:04:06");
    sql(insert, "odd", '{"id":"odd","role":"root","parts":[]}', "2026-01-02 03:04:07");
    for (let life = 0; life < 2; life++) {
      const host = testHost(storage);
      await new ChatRoom(host).onStart();
      expect(host.messages).toEqual([v5]);
    }
    expect(tables(storage)).toEqual(["cf_ai_chat_agent_messages"]);
    expect(warn.mock.calls.map(([text]) => text).slice(0, 2)).toEqual([
      "[AIChatAgent] Skipping invalid legacy message odd: missing or malformed id, role, or parts",
      "[AIChatAgent] Legacy lift imported 1 of 3 rows (2 skipped); leaving cf_ai_chat_agent_messages in place so they remain recoverable.",
    ]);
    expect(error.mock.calls[0]?.[0]).toBe("[AIChatAgent] Failed to migrate message bad:");
    warn.mockRestore();
    error.mockRestore();
  });
});

describe("autoTransformMessage", () => {
  it.each([
    [
      { role: "user", content: "hi" },
      { id: "msg-3", role: "user", parts: [text("hi")] },
    ],
    [
      { id: "d", role: "data", content: "" },
      { id: "d", role: "system", parts: [] },
    ],
    [
      { id: "f", role: "user", content: [{ type: "file", data: "AA==", mimeType: "image/png" }] },
      {
        ...{ id: "f", role: "user" },
        parts: [{ type: "file", mediaType: "image/png", url: "data:image/png;base64,AA==" }],
      },
    ],
    [
      {
        id: "t",
        role: "assistant",
        parts: [{ type: "tool-x", toolCallId: "c", input: '{"a":1}' }],
      },
      { id: "t", role: "assistant", parts: [{ type: "tool-x", toolCallId: "c", input: { a: 1 } }] },
    ],
  ])("%j becomes today's form", (before, after) => {
    expect(autoTransformMessage(before as never, 3)).toEqual(after);
  });

  it("gives messages of today back as they are", () => {
    expect(autoTransformMessages([v5])[0]).toBe(v5);
  });
});

function text(words: string) {
  return { type: "text", text: words };
}
