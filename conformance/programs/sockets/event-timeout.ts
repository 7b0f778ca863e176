import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

const HOW = ["short", "long", "timer", "waitUntil", "throws late", "catches", "both", "steps"];

let instances = 0;

export class Subject extends DurableObject {
  #seen: string[] = [];
  #instance = ++instances;
  override fetch(request: Request) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/seen")) {
      return Response.json({ seen: this.#seen, first: this.#instance });
    }
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    this.ctx.setHibernatableWebSocketEventTimeout(100);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override async webSocketMessage(socket: WebSocket, message: string) {
    this.#seen.push(`${message} begins`);
    if (message === "timer") {
      setTimeout(() => this.#seen.push("its timer"), 250);
      setTimeout(() => socket.send("its timer"), 260);
    }
    if (message === "waitUntil") {
      this.ctx.waitUntil(scheduler.wait(250).then(() => this.#seen.push("its waitUntil")));
    }
    if (message === "throws late") {
      await scheduler.wait(250);
      throw new Error("late");
    }
    if (message === "catches") {
      try {
        await scheduler.wait(250);
        this.#seen.push("not cancelled");
      } catch (error) {
        this.#seen.push(String(error));
      } finally {
        this.#seen.push("finally");
      }
    }
    if (message === "long") {
      await scheduler.wait(250);
      this.#seen.push("long ends");
      socket.send("long ends");
    }
    if (message === "both") {
      setTimeout(() => this.#seen.push("its timer"), 180);
      this.ctx.waitUntil(scheduler.wait(190).then(() => this.#seen.push("its waitUntil")));
      await scheduler.wait(250);
      this.#seen.push("both ends");
    }
    if (message === "steps") {
      for (let step = 1; step <= 4; step++) {
        await scheduler.wait(70);
        this.#seen.push(`step ${step}`);
      }
    }
    socket.send(`${message} answered`);
  }
  override async webSocketClose(_socket: WebSocket, code: number) {
    this.#seen.push(`close ${code} begins`);
    await scheduler.wait(250);
    this.#seen.push(`close ${code} ends`);
  }
  override webSocketError(_socket: WebSocket, error: unknown) {
    this.#seen.push(`error ${error}`);
  }
}

export default fromClient<{ Subject: Subject }>(
  "a handler that outlives the event timeout",
  {
    fetch: (request, { Subject }) =>
      Subject.getByName(new URL(request.url).searchParams.get("name") ?? "").fetch(request),
    async client({ connect, fetch, note, sleep }) {
      const seen = async (name: string) => (await fetch(`/seen?name=${name}`)).json();
      for (const how of HOW) {
        const socket = await connect(`/?name=${how.replace(" ", "-")}`);
        socket.send(how);
        await sleep(400);
        note(`${how}: seen`, await seen(how.replace(" ", "-")));
        socket.send("short");
        note(`${how}: the socket`, await socket.next());
        note(`${how}: the socket, then`, await socket.next());
        note(`${how}: seen after`, await seen(how.replace(" ", "-")));
      }
      const socket = await connect("/?name=closing");
      socket.close(4000, "bye");
      note("closing: told", await socket.next());
      await sleep(400);
      note("closing: seen", await seen("closing"));
    },
  },
  {
    slow: true,
    accept: { "closing: told": "a Close is answered whatever becomes of the handler" },
  },
);
