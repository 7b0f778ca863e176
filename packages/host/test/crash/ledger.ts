import { DurableObject } from "cloudflare:workers";

interface Cursor {
  one(): Record<string, number>;
  toArray(): Record<string, number>[];
}

interface State {
  readonly storage: {
    readonly sql: { exec(query: string, ...values: unknown[]): Cursor };
    readonly kv: { get(key: string): unknown; put(key: string, value: unknown): void };
    setAlarm(time: number): Promise<void>;
    getAlarm(): Promise<number | null>;
  };
  acceptWebSocket(socket: unknown): void;
}

interface Socket extends WebSocket {
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
}

declare const WebSocketPair: new () => { 0: Socket; 1: Socket };

/** An alarm handler was called for a time. */
export interface Fired {
  readonly scheduled: number;
  readonly at: number;
}

/** What a ledger holds, as the test compares it with what was acknowledged. */
export interface Account {
  /** By client: how many entries, and the number of the last one. */
  readonly entries: Readonly<Record<string, { readonly count: number; readonly last: number }>>;
  /** The count that the same turns keep under a key. */
  readonly counted: number;
  readonly alarm: number | null;
  readonly fired: readonly Fired[];
}

/** Writes entries, on request and by message, and notes its alarms. */
export class Room extends DurableObject {
  declare readonly ctx: State;

  constructor(ctx: State, env: object) {
    super(ctx, env);
    const { sql } = ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS entry (client, number, PRIMARY KEY (client, number))");
    sql.exec("CREATE TABLE IF NOT EXISTS fired (scheduled, at)");
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") return this.#connect(searchParams);
    if (pathname === "/write") {
      this.#write(String(searchParams.get("client")), Number(searchParams.get("number")));
      return new Response("written");
    }
    if (pathname === "/alarm") {
      await this.ctx.storage.setAlarm(Number(searchParams.get("time")));
      return Response.json(await this.ctx.storage.getAlarm());
    }
    return Response.json(await this.#account(Number(searchParams.get("since"))));
  }

  webSocketMessage(socket: Socket, message: string): void {
    this.#write(socket.deserializeAttachment() as string, Number(message));
    socket.send(message);
  }

  alarm({ scheduledTime }: { readonly scheduledTime: number }): void {
    this.ctx.storage.sql.exec("INSERT INTO fired VALUES (?, ?)", scheduledTime, Date.now());
  }

  /** Two writes of one turn: both are there after a crash, or neither. */
  #write(client: string, number: number): void {
    const { sql, kv } = this.ctx.storage;
    sql.exec("INSERT INTO entry VALUES (?, ?)", client, number);
    kv.put("counted", Number(kv.get("counted") ?? 0) + 1);
  }

  #connect(searchParams: URLSearchParams): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(searchParams.get("client"));
    return new Response(null, { status: 101, webSocket: client } as ResponseInit);
  }

  async #account(since: number): Promise<Account> {
    const { sql, kv } = this.ctx.storage;
    const rows = sql.exec(
      "SELECT client, count(*) AS count, max(number) AS last FROM entry GROUP BY client",
    );
    const entries = rows.toArray().map(({ client, count, last }) => [client, { count, last }]);
    return {
      entries: Object.fromEntries(entries),
      counted: Number(kv.get("counted") ?? 0),
      alarm: await this.ctx.storage.getAlarm(),
      fired: sql
        .exec("SELECT scheduled, at FROM fired WHERE at >= ?", since)
        .toArray() as unknown as Fired[],
    };
  }
}

interface Env {
  readonly ROOM: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    const name = request.headers.get("ledger") ?? new URL(request.url).searchParams.get("ledger");
    return env.ROOM.getByName(String(name)).fetch(request);
  },
};
