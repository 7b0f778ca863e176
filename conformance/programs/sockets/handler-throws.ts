import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #errors: string[] = [];
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override async webSocketMessage(socket: WebSocket, message: string) {
    if (message === "at once") throw new Error("at once");
    if (message === "later") {
      await scheduler.wait(5);
      throw new Error("later");
    }
    socket.send(`alive, ${this.#errors.length} errors`);
  }
  override webSocketError(_socket: WebSocket, error: unknown) {
    this.#errors.push(String(error));
  }
}

export default fromClient<{ Subject: Subject }>("a handler that throws closes nothing", {
  fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
  async client({ connect, note, sleep }) {
    const socket = await connect("/");
    for (const how of ["at once", "later"]) {
      socket.send(how);
      await sleep(30);
      socket.send("alive?");
      note(how, await socket.next());
    }
    socket.close(1000);
  },
});
