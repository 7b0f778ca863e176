import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    pair[1].send("hello");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer) {
    if (message === "close") socket.close(4001, "as asked");
    else socket.send(message);
  }
  override webSocketClose(socket: WebSocket, code: number) {
    socket.close(code, "answered");
  }
}

/** What a socket tells, in order; `enough` resolves with its Close. */
function log(socket: WebSocket, lines: unknown[]): Promise<void> {
  socket.addEventListener("open", () => lines.push(["open", socket.readyState]));
  socket.addEventListener("message", ({ data }) =>
    lines.push([typeof data, data instanceof Blob ? "Blob" : data]),
  );
  socket.addEventListener("error", () => lines.push("error"));
  return new Promise((resolve) =>
    socket.addEventListener("close", ({ code, reason, wasClean }) => {
      lines.push(["close", code, reason, wasClean, socket.readyState]);
      resolve();
    }),
  );
}

export default fromClient<{ Subject: Subject }>("sockets that a Worker opens to a server", {
  async fetch(request, { Subject }, path) {
    const base = new URL(request.url);
    const at = (name: string) => base.href.replace(/\/[^/]*$/, `/${name}`);
    const target = at("socket");
    const lines: unknown[] = [];
    if (path === "/socket") return Subject.getByName("x").fetch(request);
    if (path === "/refuse") return new Response("no", { status: 404 });
    if (path === "/constructor") {
      const socket = new WebSocket(target.replace(/^http/, "ws"));
      lines.push(["state", socket.readyState]);
      const closed = log(socket, lines);
      socket.addEventListener("open", () => {
        socket.send("text");
        socket.send(new Uint8Array([1, 2]));
        socket.send("close");
      });
      await closed;
    }
    if (path === "/fetch") {
      const response = await fetch(target, { headers: { Upgrade: "websocket" } });
      const socket = response.webSocket!;
      lines.push([response.status, socket.readyState]);
      const closed = log(socket, lines);
      socket.accept();
      socket.send("text");
      socket.send("close");
      await closed;
    }
    if (path === "/leave") {
      const response = await fetch(target, { headers: { Upgrade: "websocket" } });
      const socket = response.webSocket!;
      const closed = log(socket, lines);
      socket.accept();
      socket.close(4002, "leaving");
      await closed;
    }
    if (path === "/refused-fetch") {
      const response = await fetch(at("refuse"), {
        headers: { Upgrade: "websocket" },
      });
      lines.push([response.status, response.webSocket, await response.text()]);
    }
    if (path === "/refused") {
      const socket = new WebSocket(at("refuse").replace(/^http/, "ws"));
      await log(socket, lines);
    }
    return Response.json(lines);
  },
  async client({ fetch, note }) {
    for (const way of ["constructor", "fetch", "leave", "refused-fetch", "refused"]) {
      note(way, await (await fetch(`/${way}`)).text());
    }
  },
});
