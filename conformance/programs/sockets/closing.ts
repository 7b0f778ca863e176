import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #closed: unknown[] = [];
  override fetch(request: Request) {
    if (request.headers.get("upgrade") === null) return Response.json(this.#closed);
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    pair[1].send("hello");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage() {
    return;
  }
  override webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean) {
    const count = this.ctx.getWebSockets().length;
    this.#closed.push({ code, reason, wasClean, state: socket.readyState, count });
    if (code === 4000) socket.close(4100, "mine");
  }
}

export default fromClient<{ Subject: Subject }>(
  "how a client's close arrives",
  {
    fetch: (request, { Subject }, path) => Subject.getByName(path).fetch(request),
    async client({ connect, fetch, note, until }) {
      const seen = async (path: string) => {
        const closed = async () => (await (await fetch(path)).json()) as unknown[];
        await until(async () => (await closed()).length > 0);
        return closed();
      };
      const coded = await connect("/coded");
      await coded.next();
      coded.close(4000, "bye");
      note("handler answers", await coded.next());
      note("seen with a code", await seen("/coded"));
      const plain = await connect("/plain");
      await plain.next();
      plain.close();
      note("handler does not answer", await plain.next());
      note("seen without a code", await seen("/plain"));
      const dropped = await connect("/dropped");
      await dropped.next();
      dropped.terminate();
      note("seen after a drop", await seen("/dropped"));
    },
  },
  {
    accept: {
      "handler does not answer":
        "workerd leaves the Close unanswered when the handler does, against its documents; our host answers once the handler has settled",
    },
  },
);
