// A Worker without an SDK, for what a host costs by itself: objects that count, talk and wait.
import { DurableObject } from "cloudflare:workers";

interface Env {
  readonly BenchObject: DurableObjectNamespace<BenchObject>;
}

export class BenchObject extends DurableObject<Env> {
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") === "websocket") {
      const { 0: client, 1: server } = new WebSocketPair();
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }
    const { storage } = this.ctx;
    const count = (storage.kv.get<number>("count") ?? 0) + 1;
    storage.kv.put("count", count);
    const alarm = new URL(request.url).searchParams.get("alarm");
    if (alarm !== null) await storage.setAlarm(Number(alarm));
    return Response.json(count);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    socket.send(message);
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.put("rang", Date.now());
  }
}

export default {
  fetch(request, env): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz") return new Response("ok");
    return env.BenchObject.getByName(pathname).fetch(request);
  },
} satisfies ExportedHandler<Env>;
