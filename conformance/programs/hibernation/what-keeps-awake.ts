import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

const constructed: Record<string, number> = {};

export class Server extends DurableObject {
  async slow() {
    await scheduler.wait(16_000);
    return "slow";
  }
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
}

export class Subject extends DurableObject {
  #instance: number;
  #held: unknown[] = [];
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    const name = ctx.id.name!;
    constructed[name] = (constructed[name] ?? 0) + 1;
    this.#instance = constructed[name]!;
  }
  override async fetch(request: Request) {
    const { pathname, origin } = new URL(request.url);
    const base = `${origin}${pathname.replace(/\/[^/]*$/, "")}`;
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    switch (this.ctx.id.name) {
      case "/wait-until":
        this.ctx.waitUntil(scheduler.wait(16_000));
        break;
      case "/wait-until-call":
        this.ctx.waitUntil(this.#server("a").slow());
        break;
      case "/call":
        this.#held.push(this.#server("b").slow());
        break;
      case "/fetch":
        this.#held.push(fetch(`${base}/slow`).then((it) => it.text()));
        break;
      case "/socket": {
        const { webSocket } = await fetch(`${base}/server`, { headers: { Upgrade: "websocket" } });
        webSocket!.accept();
        this.#held.push(webSocket);
        break;
      }
      case "/cleared-timer":
        clearTimeout(setTimeout(() => undefined, 60_000));
        break;
      case "/interval":
        this.#held.push(setInterval(() => undefined, 60_000));
        break;
    }
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  #server(name: string) {
    const exports = this.ctx.exports as Record<string, DurableObjectNamespace<Server>>;
    const found = Object.entries(exports).find(([it]) => it.endsWith("what_keeps_awake__Server"));
    return found![1].getByName(name);
  }
  override webSocketMessage(socket: WebSocket) {
    socket.send(`instance ${this.#instance}`);
  }
}

export default fromClient<{ Subject: Subject; Server: Server }>(
  "what keeps an object with sockets awake",
  {
    async fetch(request, { Subject, Server }, path) {
      if (path === "/server") return Server.getByName("s").fetch(request);
      if (path === "/slow") {
        await scheduler.wait(16_000);
        return new Response("slow");
      }
      return Subject.getByName(path).fetch(request);
    },
    async client({ connect, note, sleep }) {
      const kinds = [
        "/nothing",
        "/wait-until",
        "/wait-until-call",
        "/call",
        "/fetch",
        "/socket",
        "/cleared-timer",
        "/interval",
      ];
      const sockets = await Promise.all(kinds.map((kind) => connect(kind)));
      await sleep(13_000);
      for (const [index, socket] of sockets.entries()) {
        socket.send("who");
        note(kinds[index]!, await socket.next());
        socket.terminate();
      }
    },
  },
  { slow: true },
);
