import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import type { DurableObjectStorage } from "../../src/index.ts";

/** As much of the platform as this Worker uses. */
interface Context {
  readonly storage: DurableObjectStorage;
  acceptWebSocket(socket: object): void;
  getWebSockets(): readonly Socket[];
}

interface Socket {
  accept(): void;
  send(data: string): void;
  close(code: number, reason: string): void;
}

interface Stub {
  fetch(request: Request | string): Promise<Response>;
  hear(text: string): Promise<string>;
  writeAndReturn(): Promise<string>;
  writeAndThrow(): Promise<string>;
}

interface Env {
  readonly ROOM: { getByName(name: string): Stub };
  readonly MAIL: { send(text: string): Promise<string> };
  readonly GREETER: { hear(text: string): Promise<string> };
}

/** What reached others: the test's list, which it has put there before. */
const seen = (globalThis as Record<string, unknown>).seenBySlowDisk as string[];

const pair = () => {
  const { WebSocketPair } = globalThis as unknown as {
    readonly WebSocketPair: new () => readonly [Socket, Socket];
  };
  return new WebSocketPair();
};

const switching = (webSocket: object) =>
  new Response(null, { status: 101, webSocket } as ResponseInit);

/** Writes, and then does the one thing that its path says. */
export class Room extends DurableObject {
  get #ctx(): Context {
    return this.ctx as Context;
  }

  get #env(): Env {
    return this.env as Env;
  }

  #write(): void {
    const { sql } = this.#ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY)");
    sql.exec("INSERT INTO t DEFAULT VALUES");
  }

  fetch(request: Request): Response | Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const target = searchParams.get("target") ?? "";
    switch (pathname) {
      case "/warm":
        this.#write();
        return new Response("warm");
      case "/respond":
        this.#write();
        return new Response("written");
      case "/read":
        return new Response("read");
      case "/throw":
        this.#write();
        throw new Error("after the write");
      case "/stream":
        return this.#stream();
      case "/standard":
        return this.#standard();
      case "/hibernatable": {
        const { 0: client, 1: server } = pair();
        this.#ctx.acceptWebSocket(server);
        return switching(client);
      }
      default:
        return this.#leave(pathname, target);
    }
  }

  /** Things that others see; the answer itself goes out before the write. */
  #leave(pathname: string, target: string): Response {
    const work = async () => {
      this.#write();
      if (pathname === "/fetch") await fetch(target);
      if (pathname === "/socket") new WebSocket(target.replace("http", "ws"));
      if (pathname === "/mail") await this.#env.MAIL.send("mail");
      if (pathname === "/service") await this.#env.GREETER.hear("service");
      if (pathname === "/object") await this.#env.ROOM.getByName("other").hear("object");
      if (pathname === "/alarm") await this.#ctx.storage.setAlarm(Date.now());
    };
    setTimeout(() => void work(), 0);
    return new Response("later");
  }

  #stream(): Response {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    void (async () => {
      await writer.write(new TextEncoder().encode("one"));
      this.#write();
      await writer.write(new TextEncoder().encode("two"));
      await writer.close();
    })();
    return new Response(readable);
  }

  #standard(): Response {
    const { 0: client, 1: server } = pair();
    server.accept();
    (server as unknown as EventTarget).addEventListener("message", () => {
      this.#write();
      server.send("frame");
    });
    return switching(client);
  }

  webSocketMessage(socket: Socket, message: string): void {
    this.#write();
    if (message === "close") socket.close(4000, "closed");
    else socket.send("frame");
  }

  async alarm(): Promise<void> {
    seen.push("alarm ran");
    await this.#env.GREETER.hear("alarm");
  }

  hear(text: string): string {
    seen.push(text);
    return text;
  }

  writeAndReturn(): string {
    this.#write();
    return "result";
  }

  writeAndThrow(): string {
    this.#write();
    throw new Error("after the write");
  }
}

export class Greeter extends WorkerEntrypoint {
  hear(text: string): string {
    seen.push(text);
    return text;
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const room = env.ROOM.getByName("room");
    const { pathname } = new URL(request.url);
    if (pathname === "/rpc") return new Response(await room.writeAndReturn());
    if (pathname === "/rpc-error") {
      return new Response(await room.writeAndThrow().catch((error: Error) => error.message));
    }
    return room.fetch(request);
  },
};
