import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  override fetch() {
    const pair = new WebSocketPair();
    pair[1].accept();
    pair[1].addEventListener("message", () => pair[1].send(`instance ${this.#instance}`));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
}

export default fromClient<{ Subject: Subject }>(
  "a socket taken with accept() keeps an object awake",
  {
    fetch: (request, { Subject }) => Subject.getByName("x").fetch(request),
    async client({ connect, note, sleep }) {
      const socket = await connect("/");
      await sleep(13_000);
      socket.send("who");
      note("after the wait", await socket.next());
      socket.terminate();
    },
  },
  { slow: true },
);
