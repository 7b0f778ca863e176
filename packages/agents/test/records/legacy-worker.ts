import { Agent, routeAgentRequest } from "@freehold/agents";
import { Sessions } from "@freehold/agents/sessions";
import { Streams } from "@freehold/agents/streams";

const TABLES = [
  `CREATE TABLE assistant_messages (id TEXT PRIMARY KEY, session_id TEXT NOT NULL DEFAULT '',
    parent_id TEXT, role TEXT NOT NULL, content TEXT NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP)`,
  `CREATE TABLE assistant_compactions (id TEXT PRIMARY KEY, session_id TEXT NOT NULL DEFAULT '',
    summary TEXT NOT NULL, from_message_id TEXT NOT NULL, to_message_id TEXT NOT NULL,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP)`,
  `CREATE TABLE assistant_config (session_id TEXT, key TEXT, value TEXT)`,
  `CREATE TABLE assistant_sessions (id TEXT PRIMARY KEY, name TEXT)`,
  `CREATE VIRTUAL TABLE assistant_fts USING fts5(id UNINDEXED, session_id UNINDEXED,
    role UNINDEXED, content, tokenize='porter unicode61')`,
  `CREATE TABLE cf_agents_streams (stream_id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('streaming','completed','errored')), tag TEXT,
    metadata TEXT, error_message TEXT, chunk_count INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, closed_at INTEGER)`,
  `CREATE TABLE cf_agents_stream_chunks (stream_id TEXT NOT NULL, seq INTEGER NOT NULL,
    chunk TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (stream_id, seq))`,
];

const text = (id: string, what: string) =>
  JSON.stringify({ id, role: "user", parts: [{ type: "text", text: what }] });

const MESSAGES: readonly (string | number | null)[][] = [
  ["a", "", null, text("a", "hello"), "2026-01-01 00:00:02"],
  ["b", "", "a", text("b", "hi"), "2026-01-01 00:00:01"],
  ["c", "s", null, text("c", "c"), "2026-01-01 00:00:01"],
  ["d", "s", "c", "{bad", "2026-01-01 00:00:01"],
  ["e", "s", "c", text("e", "x".repeat(2000)), "2026-01-01T00:00:03.123Z"],
  ["f", "s", "e", text("f", "f"), "garbage"],
  ["g", "s", "f", text("g", "g"), null],
];

/** Has stored what versions before 0.3 stored, and starts with that. */
export class Attic extends Agent<Cloudflare.Env> {
  readonly streams = new Streams();
  readonly sessions = new Sessions();

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.lifecycle.use(this.streams);
    this.lifecycle.use(this.sessions);
    if (ctx.storage.kv.get("planted")) return;
    ctx.storage.kv.put("planted", true);
    ctx.storage.kv.put("cf_agents:streams_schema_version", 1);
    const run = (query: string, ...values: (string | number | null)[]) =>
      ctx.storage.sql.exec(query, ...values);
    for (const table of TABLES) run(table);
    for (const [id = null, session = null, parent = null, content = null, at = null] of MESSAGES) {
      const insert = "INSERT INTO assistant_messages VALUES (?, ?, ?, 'user', ?, ?)";
      run(insert, id, session, parent, content, at);
    }
    const compact = "INSERT INTO assistant_compactions VALUES (?, ?, ?, ?, ?, ?)";
    run(compact, "k", "s", "so far", "c", "e", "2026-01-01 00:00:04");
    for (const [id, state] of [
      ["live", "streaming"],
      ["done", "completed"],
    ] as const) {
      const stream = "INSERT INTO cf_agents_streams VALUES (?, ?, NULL, NULL, NULL, ?, 1, 2, ?)";
      run(stream, id, state, state === "streaming" ? 0 : 3, state === "streaming" ? null : 3);
      for (let seq = 0; seq < 3; seq++) {
        const chunk = "INSERT INTO cf_agents_stream_chunks VALUES (?, ?, ?, ?)";
        run(chunk, id, seq, JSON.stringify(`${id} ${seq}`), 10 + seq);
      }
    }
  }

  override async onRequest() {
    const rows = (query: string) => this.ctx.storage.sql.exec(query).toArray();
    const writer = await this.streams.open("live");
    const cursor = writer.cursor;
    writer.append("new");
    const done: unknown[] = [];
    for await (const chunk of this.streams.read("done")) done.push(chunk);
    const session = this.sessions.session("s");
    const shown = (await session.getHistory()).map(({ id }) => id);
    await this.sessions.session().updateMessage(JSON.parse(text("a", "hello")));
    return Response.json({
      old: rows("SELECT name FROM sqlite_master WHERE name LIKE 'assistant%'"),
      messages: rows("SELECT * FROM cf_agents_session_messages ORDER BY session_id, seq"),
      compactions: rows("SELECT * FROM cf_agents_session_compactions"),
      blocks: rows(`SELECT stream_id, seq_from, seq_to, body, created_at
        FROM cf_agents_stream_blocks ORDER BY stream_id`),
      ...{ cursor, done, shown },
    });
  }
}

export default {
  fetch: async (request: Request, env: Cloudflare.Env) =>
    (await routeAgentRequest(request, env)) ?? new Response("nobody", { status: 404 }),
};
