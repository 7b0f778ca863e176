import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Child extends DurableObject {
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], ["of the child"]);
    pair[1].serializeAttachment("kept");
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    if (message === "abort") this.ctx.abort("in the child");
    const tags = this.ctx.getTags(socket);
    const count = this.ctx.getWebSockets().length;
    socket.send(JSON.stringify([message, tags, count, socket.deserializeAttachment()]));
  }
  override webSocketClose(socket: WebSocket, code: number) {
    socket.close(code, "from the child");
  }
  count() {
    return this.ctx.getWebSockets().length;
  }
}

export class Parent extends DurableObject {
  override async fetch(request: Request) {
    const [className, verb] = new URL(request.url).searchParams.get("q")!.split(" ");
    const child = Object.entries(
      this.ctx.exports as Record<string, DurableObjectClass<Child>>,
    ).find(([name]) => name.endsWith(className!) && name.includes("facets_sockets"))![1];
    const stub = this.ctx.facets.get("a", () => ({ class: child }));
    if (verb === "count") {
      return Response.json([this.ctx.getWebSockets().length, await stub.count()]);
    }
    if (verb === "end") {
      this.ctx.facets.abort("a", new Error("ended by the parent"));
      return new Response("ended");
    }
    return stub.fetch(request);
  }
}

export default fromClient<{ Parent: Parent; Child: Child }>("sockets of a child", {
  fetch: (request, { Parent }) => Parent.getByName("x").fetch(request),
  async client({ connect, fetch, note }) {
    const socket = await connect("/?q=Child%20socket");
    socket.send("hello");
    note("answer", await socket.next());
    note("counts", await (await fetch("/?q=Child%20count")).json());
    socket.close(4000);
    note("close", await socket.next());
    const other = await connect("/?q=Child%20socket");
    other.send("again");
    note("another", await other.next());
    note("ended", await (await fetch("/?q=Child%20end")).text());
    note("seen", await other.next());
  },
});
