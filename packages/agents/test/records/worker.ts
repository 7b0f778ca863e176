import { Agent, routeAgentRequest } from "@freehold/agents";
import { AgentContextProvider, AgentSearchProvider, ContextBlocks } from "@freehold/agents/context";
import { type SessionMessage, Sessions } from "@freehold/agents/sessions";
import { Streams, sseResponse } from "@freehold/agents/streams";

/** Counts down to a crash: each statement is a step. */
let stepsLeft = Number.POSITIVE_INFINITY;

function step(): void {
  stepsLeft--;
  if (stepsLeft !== 0) return;
  const { process } = globalThis as unknown as {
    process: { pid: number; kill(pid: number, signal: string): void };
  };
  process.kill(process.pid, "SIGKILL");
}

type Method = (...args: unknown[]) => unknown;

/** An agent with everything that is kept, whose methods are called by `POST …/method`. */
export class Archive extends Agent<Cloudflare.Env> {
  readonly streams = new Streams();
  readonly sessions = new Sessions();

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.lifecycle.use(this.streams);
    this.lifecycle.use(this.sessions);
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    Object.defineProperty(sql, "exec", {
      value: (...args: Parameters<typeof exec>) => {
        step();
        return exec(...args);
      },
    });
  }

  override async onRequest(request: Request) {
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    if (name === "read") return sseResponse(this.streams, "s", { request });
    const method = Reflect.get(this, name) as Method;
    const result = await method.apply(this, (await request.json()) as unknown[]);
    return Response.json(result ?? null);
  }

  /** The process ends at the statement given, counted from here. */
  arm(steps: number) {
    stepsLeft = steps;
  }

  /** How many statements there are until the armed one. */
  left() {
    return stepsLeft;
  }

  get #session() {
    return this.sessions.session("main");
  }

  #rows(query: string) {
    return this.ctx.storage.sql.exec(query).toArray();
  }

  async open() {
    return (await this.streams.open("s", { tag: "t", metadata: { by: "test" } })).cursor;
  }

  async write(...chunks: string[]) {
    const writer = await this.streams.open("s");
    for (const chunk of chunks) writer.append(chunk);
    return writer.cursor;
  }

  /** The stream becomes a message. */
  async finish() {
    const writer = await this.streams.open("s");
    const text = (await this.chunks()).join("|");
    const sync = this.#session.__DO_NOT_USE_WILL_BREAK__sync();
    const message: SessionMessage = {
      id: "reply",
      role: "assistant",
      parts: [{ type: "text", text }],
    };
    let after: (() => Promise<void>) | undefined;
    writer.close({
      commit: () => {
        after = sync.upsert(message).after;
      },
      discard: true,
    });
    await after?.();
  }

  async end(how: "close" | "error") {
    const writer = await this.streams.open("s");
    if (how === "close") writer.close();
    else writer.error("broken");
  }

  /** What is stored of the stream, without waiting for more. */
  async chunks() {
    const found: unknown[] = [];
    const status = await this.streams.status("s");
    if (!status?.cursor) return found;
    for await (const { chunk } of this.streams.read("s")) {
      found.push(chunk);
      if (found.length === status.cursor) break;
    }
    return found;
  }

  async status() {
    const { createdAt, updatedAt, closedAt, ...status } = (await this.streams.status("s")) ?? {};
    return { ...status, timed: [createdAt, updatedAt, closedAt].map((at) => typeof at) };
  }

  async append(message: SessionMessage, parentId?: string | null) {
    return this.#session.appendMessage(message, parentId === undefined ? {} : { parentId });
  }

  async upsert(message: SessionMessage) {
    return this.#session.upsertMessage(message);
  }

  async remove(...ids: string[]) {
    await this.#session.deleteMessages(ids);
  }

  async compact(summary: string, from: string, to: string) {
    await this.#session.addCompaction(summary, from, to);
  }

  async clear() {
    await this.#session.clearMessages();
  }

  async find(query: string) {
    return (await this.#session.search(query)).map(({ id }) => id).sort();
  }

  /** Everything that is kept of the session, as reads and rows tell it. */
  async dump() {
    const session = this.#session;
    const plain = ({ id, ...rest }: SessionMessage) => ({
      ...rest,
      id: id.replace(/^compaction_.*/, "summary"),
      createdAt: undefined,
    });
    const leaves = ["a1", "b1", "late"];
    const indexed = this.#rows("SELECT 1 FROM sqlite_master WHERE name = 'cf_agents_session_fts'");
    return {
      history: (await session.getHistory()).map(plain),
      branches: await Promise.all(
        leaves.map(async (leafId) =>
          (await session.getHistory({ leafId })).map(({ id }) => id.slice(0, 10)),
        ),
      ),
      stats: await session.getHistoryRowStats(),
      compactions: (await session.getCompactions()).map(
        ({ createdAt: _at, id: _id, ...rest }) => rest,
      ),
      payloads: await this.#payloads(),
      found: indexed.length > 0 ? await this.find("facet") : null,
    };
  }

  async #payloads() {
    if ((await this.#session.getHistory()).length === 0) return [];
    return this.#rows(`SELECT m.bytes, m.media_type, COUNT(c.idx) AS chunks
      FROM cf_agents_session_attachment_meta m
      LEFT JOIN cf_agents_session_attachment_chunks c ON c.hash = m.hash
      GROUP BY m.hash ORDER BY m.hash`);
  }

  #context() {
    return new ContextBlocks(
      [
        { label: "memory", description: "Facts" },
        { label: "books", provider: new AgentSearchProvider(this) },
      ],
      new AgentContextProvider(this, "_system_prompt"),
      (label) => new AgentContextProvider(this, label),
    );
  }

  async remember(text: string, book: string) {
    const context = this.#context();
    await context.setBlock("memory", text);
    const provider = new AgentSearchProvider(this);
    provider.init("books");
    await provider.set(book, `all about ${book}`);
    await context.refreshSystemPrompt();
  }

  async recall(query: string) {
    const provider = new AgentSearchProvider(this);
    provider.init("books");
    return [await this.#context().freezeSystemPrompt(), await provider.search(query)];
  }

  /** Definitions of the tables that are there. */
  tables() {
    return this.#rows(`SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND
      (name LIKE 'cf_agents_s%' OR name LIKE 'cf_agents_context%' OR name LIKE 'idx_cf_agents_st%')
      AND name NOT LIKE '%_fts_%' AND name NOT LIKE 'cf_agents_state%' ORDER BY name`);
  }
}

export default {
  fetch: async (request: Request, env: Cloudflare.Env) =>
    (await routeAgentRequest(request, env)) ?? new Response("nobody", { status: 404 }),
};
