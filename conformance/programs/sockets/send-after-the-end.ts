import { DurableObject } from "cloudflare:workers";
import { acceptAll, fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #log: unknown[][] = [];
  #socket: WebSocket | undefined;
  override fetch(request: Request) {
    const { pathname, searchParams } = new URL(request.url);
    if (request.headers.get("upgrade") === null) {
      if (searchParams.has("try")) {
        this.#try("send", () => this.#socket?.send("late"));
        this.#try("close", () => this.#socket?.close(1000));
        this.#try("send again", () => this.#socket?.send("later"));
        this.#log.push(["state", this.#socket?.readyState]);
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
    this.#log.push(["code", code], ["state in the handler", socket.readyState]);
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

export default fromClient<{ Subject: Subject }>(
  "sending when the peer is gone",
  {
    fetch: (request, { Subject }, path) => Subject.getByName(path).fetch(request),
    async client({ connect, fetch, note, until }) {
      for (const path of ["/standard", "/standard-open", "/hibernatable"]) {
        for (const how of ["drop", "close"]) {
          const at = `${path}-${how}`;
          const socket = await connect(at);
          if (how === "drop") socket.terminate();
          else socket.close(4000);
          const log = async () => (await (await fetch(at)).json()) as unknown[];
          await until(async () => (await log()).length > 2);
          for (const line of (await (await fetch(`${at}?try=1`)).json()) as unknown[][]) {
            note(`${at}: ${line[0]}`, line[1]);
          }
        }
      }
    },
  },
  {
    accept: {
      ...acceptAll("a socket whose peer is gone is closed", [
        "/standard-drop: state in the handler",
        "/standard-open-drop: state in the handler",
        "/hibernatable-drop: state",
      ]),
      "/hibernatable-close: send again":
        "our host has answered the Close, and ignores what is sent to a peer that is gone",
    },
  },
);
