import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  #memory = 0;
  override fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], ["kept", "tags"]);
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    pair[1].serializeAttachment({ kept: new Map([["a", 1]]) });
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override webSocketMessage(socket: WebSocket) {
    const { kept } = socket.deserializeAttachment() as { kept: Map<string, number> };
    const same = this.ctx.getWebSockets()[0] === socket;
    const answer = {
      instance: this.#instance,
      memory: ++this.#memory,
      kept: [...kept],
      tags: this.ctx.getTags(socket),
      name: this.ctx.id.name,
      same,
      automatic: this.ctx.getWebSocketAutoResponse()?.request,
      answered: this.ctx.getWebSocketAutoResponseTimestamp(socket) !== null,
    };
    socket.send(JSON.stringify(answer));
  }
}

export default fromClient<{ Subject: Subject }>(
  "an idle object loses its memory and keeps its sockets",
  {
    fetch: (request, { Subject }) => Subject.getByName("sleeper").fetch(request),
    async client({ connect, note, sleep }) {
      const socket = await connect("/");
      socket.send("first");
      note("first", await socket.next());
      socket.send("second");
      note("second", await socket.next());
      await sleep(13_000);
      socket.send("ping");
      note("automatic answer while asleep", await socket.next());
      socket.send("third");
      note("after sleeping", await socket.next());
      socket.close(1000);
    },
  },
  { slow: true },
);
