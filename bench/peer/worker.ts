// The worker under load. It is written against the published package; our side is bundled from
// this same file with our SDK in its place.
import { Agent, callable, routeAgentRequest, type StreamingResponse } from "agents";

interface Count {
  readonly count: number;
  /** As long as a state is to be. */
  readonly pad?: string;
}

export class BenchAgent extends Agent<Cloudflare.Env, Count> {
  override initialState: Count = { count: 0 };

  override onStart() {
    this
      .sql`CREATE TABLE IF NOT EXISTS bench_rows (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT, at INTEGER)`;
    this
      .sql`CREATE TABLE IF NOT EXISTS bench_fired (id INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER, fired INTEGER)`;
  }

  @callable()
  echo(value: unknown) {
    return value;
  }

  @callable()
  inc() {
    this.setState({ count: this.state.count + 1 });
    return this.state.count;
  }

  /** Changes a state of `bytes`; its length is the same each time. */
  @callable()
  grow(bytes: number) {
    const count = 1 + (this.state.count % 8);
    this.setState({ count, pad: String(count).repeat(bytes) });
    return count;
  }

  @callable()
  get() {
    return this.state.count;
  }

  @callable()
  write(n: number) {
    for (let i = 0; i < n; i++) {
      this.sql`INSERT INTO bench_rows (v, at) VALUES (${`row-${i}`}, ${i})`;
    }
    return n;
  }

  @callable()
  rows() {
    return this.sql<{ n: number }>`SELECT COUNT(*) AS n FROM bench_rows`[0]?.n;
  }

  @callable({ streaming: true })
  async stream(stream: StreamingResponse, n: number) {
    for (let i = 0; i < n; i++) stream.send({ i });
    stream.end({ n });
  }

  /** `n` messages to every connection. */
  @callable()
  blast(n: number, size = 64) {
    const pad = "x".repeat(size);
    for (let i = 0; i < n; i++) this.broadcast(JSON.stringify({ type: "bench", i, pad }));
    return n;
  }

  /** `n` one-off schedules, all due at the same epoch second. */
  @callable()
  async plan(n: number, due: number) {
    for (let i = 0; i < n; i++) await this.schedule(new Date(due), "onDue", { i, due });
    return n;
  }

  @callable()
  fired() {
    return this.sql<{ due: number; fired: number }>`SELECT due, fired FROM bench_fired`;
  }

  // A due callback is an event of its own, so the clock here is the wall clock at its dispatch.
  onDue({ i, due }: { i: number; due: number }) {
    const fired = Date.now();
    this.sql`INSERT INTO bench_fired (due, fired) VALUES (${due}, ${fired})`;
    this.broadcast(JSON.stringify({ type: "due", i, due, fired }));
  }

  override async onRequest() {
    return Response.json({ ok: true, name: this.name, count: this.state.count });
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    if (new URL(request.url).pathname === "/healthz") return Response.json({ ok: true });
    const answer = await routeAgentRequest(request, env);
    return answer ?? new Response("not found", { status: 404 });
  },
};
