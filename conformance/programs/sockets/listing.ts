import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  list() {
    const accept = (name: string, tags: string[]) => {
      const pair = new WebSocketPair();
      this.ctx.acceptWebSocket(pair[1], tags);
      pair[1].serializeAttachment(name);
      return pair;
    };
    const kept = [accept("a", ["all", "odd"]), accept("b", ["all"]), accept("c", ["all", "odd"])];
    const names = (tag?: string) =>
      this.ctx.getWebSockets(tag).map((socket) => socket.deserializeAttachment());
    const found = {
      all: names(),
      tagged: names("all"),
      odd: names("odd"),
      none: names("none"),
      empty: names(""),
    };
    kept[0]![1].close(1000);
    const [first, second] = [this.ctx.getWebSockets()[0], this.ctx.getWebSockets()[0]];
    return {
      ...found,
      "after one closed": names("odd"),
      same: first === second,
    };
  }
}

export default inWorker<{ Subject: Subject }>("getWebSockets", async ({ objects, note }) => {
  note("found", await objects.Subject.getByName("x").list());
});
