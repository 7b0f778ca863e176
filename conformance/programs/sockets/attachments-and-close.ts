import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #kept: WebSocket | undefined;
  #log: unknown[] = [];
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) {
      const socket = this.#kept!;
      const look = (what: () => unknown) => {
        try {
          return what() ?? null;
        } catch (error) {
          return `${(error as Error).name}: ${(error as Error).message}`;
        }
      };
      return Response.json([
        ...this.#log,
        socket.readyState,
        look(() => socket.deserializeAttachment()),
        look(() => this.ctx.getTags(socket)),
        look(() => socket.send("late")),
        look(() => socket.close(1000)),
        this.ctx.getWebSockets().length,
      ]);
    }
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], ["tag"]);
    this.#kept = pair[1];
    pair[1].serializeAttachment({ a: 1 });
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketClose(socket: WebSocket, code: number) {
    this.#log.push(socket === this.#kept, socket.deserializeAttachment(), this.ctx.getTags(socket));
    socket.close(code);
    this.#log.push(socket.readyState, socket.deserializeAttachment());
  }
}

export default fromClient<{ Subject: Subject }>("a socket after its end", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, fetch, note, until }) {
    const socket = await connect("/");
    socket.close(4000, "bye");
    note("close", await socket.next());
    const left = async () => ((await (await fetch("/")).json()) as unknown[]).at(-1);
    await until(async () => (await left()) === 0);
    note("afterwards", await (await fetch("/")).json());
  },
});
