import { DurableObject } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

const constructed: Record<string, number> = {};

export class Subject extends DurableObject {
  #instance: number;
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    const name = ctx.id.name!;
    constructed[name] = (constructed[name] ?? 0) + 1;
    this.#instance = constructed[name]!;
  }
  override async fetch() {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], ["t"]);
    pair[1].serializeAttachment("kept");
    if (this.ctx.id.name === "/alarm") await this.ctx.storage.setAlarm(Date.now() + 12_500);
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  tell(what: string) {
    const sockets = this.ctx.getWebSockets("t");
    const attachments = sockets.map((it) => it.deserializeAttachment());
    const line = JSON.stringify([what, this.ctx.id.name, this.#instance, attachments]);
    for (const socket of sockets) socket.send(line);
  }
  override alarm() {
    this.tell("alarm");
  }
}

export default fromClient<{ Subject: Subject }>(
  "a call and an alarm wake an object with sockets",
  {
    async fetch(request, { Subject }, path) {
      if (path !== "/tell") return Subject.getByName(path).fetch(request);
      await Subject.getByName("/call").tell("call");
      return new Response("told");
    },
    async client({ connect, fetch, note, sleep }) {
      const called = await connect("/call");
      const alarmed = await connect("/alarm");
      await sleep(13_000);
      await fetch("/tell");
      note("call", await called.next());
      note("alarm", await alarmed.next());
      called.terminate();
      alarmed.terminate();
    },
  },
  { slow: true },
);
