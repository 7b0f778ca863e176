import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #log: unknown[][] = [];
  #socket: WebSocket | undefined;
  override fetch(request: Request) {
    const { pathname, searchParams } = new URL(request.url);
    if (request.headers.get("upgrade") === null) {
      if (searchParams.has("try")) {
        this.#try("send", () => this.#socket?.send("late"));
        this.#try("close", () => this.#socket?.close(1000));
        this.#try("close again", () => this.#socket?.close(1000));
      }
      return Response.json(this.#log);
    }
    const pair = new WebSocketPair();
    this.#socket = pair[1];
    if (pathname.includes("standard")) {
      pair[1].accept({ allowHalfOpen: pathname.includes("open") } as never);
      pair[1].addEventListener("close", ({ code }) => this.#closed(pair[1], code));
    } else this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage() {
    return;
  }
  override webSocketClose(socket: WebSocket, code: number) {
    this.#closed(socket, code);
  }
  #closed(socket: WebSocket, code: number) {
    this.#log.push(["code", code]);
    this.#try("send in the handler", () => socket.send("in the handler"));
  }
  #try(what: string, act: () => void) {
    try {
      act();
      this.#log.push([what, "fine"]);
    } catch (error) {
      this.#log.push([what, (error as Error).message]);
    }
  }
}

export default fromClient<{ Subject: Subject }>("sending when the peer is gone", {
  fetch: (request, { Subject }, path) => Subject.getByName(path).fetch(request),
  async client({ connect, fetch, note, until }) {
    for (const path of ["/standard", "/standard-open", "/hibernatable"]) {
      for (const how of ["drop", "close"]) {
        const at = `${path}-${how}`;
        const socket = await connect(at);
        if (how === "drop") socket.terminate();
        else socket.close(4000);
        const log = async () => (await (await fetch(at)).json()) as unknown[];
        await until(async () => (await log()).length > 1);
        const lines = (await (await fetch(`${at}?try=1`)).json()) as [string, unknown][];
        for (const [label, seen] of lines) note(`${at}: ${label}`, seen);
      }
    }
  },
});
