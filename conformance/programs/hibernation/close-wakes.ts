import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) {
      return Response.json(this.ctx.storage.kv.get("closed") ?? "not closed");
    }
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], ["tag"]);
    pair[1].serializeAttachment("attached");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean) {
    const closed = [this.#instance, code, reason, wasClean, socket.deserializeAttachment()];
    this.ctx.storage.kv.put("closed", [...closed, this.ctx.getTags(socket)]);
    socket.close(code, "answered");
  }
}

export default fromClient<{ Subject: Subject }>(
  "a close wakes an object",
  {
    fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
    async client({ connect, fetch, note, sleep }) {
      const socket = await connect("/");
      await sleep(13_000);
      socket.close(4000, "while asleep");
      note("answer", await socket.next());
      note("seen", await (await fetch("/")).json());
    },
  },
  { slow: true },
);
