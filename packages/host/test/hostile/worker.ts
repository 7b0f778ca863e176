import { DurableObject } from "cloudflare:workers";

interface Cursor {
  toArray(): unknown[];
}

interface State {
  readonly id: { toString(): string; readonly name?: string };
  readonly storage: {
    readonly sql: { exec(query: string, ...values: unknown[]): Cursor };
    readonly kv: { get(key: string): unknown; put(key: string, value: unknown): void };
  };
  readonly facets: {
    get(name: string, start: () => unknown): { count(): Promise<number> };
  };
  readonly exports: { readonly Room: unknown };
  acceptWebSocket(socket: unknown, tags?: string[]): void;
  getWebSockets(tag?: string): unknown[];
}

interface Socket extends WebSocket {
  accept(): void;
}

declare const WebSocketPair: new () => { 0: Socket; 1: Socket };

/** Takes whatever a client gives it. */
export class Room extends DurableObject {
  declare readonly ctx: State;

  async fetch(request: Request): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    void request;
    return new Response(null, { status: 101, webSocket: client } as ResponseInit);
  }

  webSocketMessage(socket: Socket, message: string | ArrayBuffer): void {
    socket.send(message);
  }

  count(): number {
    const count = Number(this.ctx.storage.kv.get("count") ?? 0) + 1;
    this.ctx.storage.kv.put("count", count);
    return count;
  }

  describe(): unknown {
    return { id: String(this.ctx.id), name: this.ctx.id.name, count: this.count() };
  }

  facet(name: string): Promise<number> {
    return this.ctx.facets.get(name, () => ({ class: this.ctx.exports.Room })).count();
  }

  /** A key, a tag, or an own name of something is what a client says. */
  keep(key: string, value: unknown): unknown {
    this.ctx.storage.kv.put(key, value);
    return this.ctx.storage.kv.get(key);
  }

  get(key: string): unknown {
    return this.ctx.storage.kv.get(key);
  }

  tagged(tag: string): number {
    this.ctx.acceptWebSocket(new WebSocketPair()[1], [tag]);
    return this.ctx.getWebSockets(tag).length;
  }

  run(query: string, values: readonly unknown[]): number {
    return this.rows(query, values).length;
  }

  rows(query: string, values: readonly unknown[] = []): unknown[] {
    return this.ctx.storage.sql.exec(query, ...values).toArray();
  }
}

type Stub = { fetch(request: Request): Promise<Response> } & Readonly<
  Record<string, (...args: unknown[]) => Promise<unknown>>
>;

interface Env {
  readonly ROOM: { getByName(name: string): Stub };
}

/** Calls a method of an object: `{ name, method, args }`. */
async function call(request: Request, env: Env): Promise<Response> {
  const { name, method, args } = JSON.parse(await request.text());
  try {
    const value = await env.ROOM.getByName(name)[method]?.(...args);
    return Response.json({ value: value ?? null });
  } catch (error) {
    const { name: kind, message } = error as Error;
    return Response.json({ error: `${kind}: ${message}` });
  }
}

const seen: string[] = [];

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    seen.push(pathname);
    if (pathname === "/alive") return new Response("alive");
    if (pathname === "/seen") return Response.json(seen.splice(0));
    if (pathname === "/call") return call(request, env);
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
      return env.ROOM.getByName("sockets").fetch(request);
    }
    if (pathname === "/throw") throw new Error("the Worker failed");
    // An object called as clients like, and a body that nobody may read.
    if (pathname.startsWith("/unread")) return new Response("unread");
    const body = await request.text();
    return Response.json({
      method: request.method,
      url: request.url,
      headers: [...request.headers],
      length: body.length,
    });
  },
};
