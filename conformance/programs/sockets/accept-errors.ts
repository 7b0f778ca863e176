import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async try() {
    const { note, fails, entries } = new Trace();
    const { ctx } = this;
    const fresh = () => new WebSocketPair();
    const tags = (list: unknown) => ctx.acceptWebSocket(fresh()[1], list as string[]);
    await fails("accepted before", () => {
      const pair = fresh();
      pair[1].accept();
      ctx.acceptWebSocket(pair[1]);
    });
    await fails("accepted twice", () => {
      const pair = fresh();
      ctx.acceptWebSocket(pair[1]);
      ctx.acceptWebSocket(pair[1]);
    });
    await fails("accept after", () => {
      const pair = fresh();
      ctx.acceptWebSocket(pair[1]);
      pair[1].accept();
    });
    await fails("eleven tags", () => tags(Array.from({ length: 11 }, (_, n) => `t${n}`)));
    await fails("ten tags", () => tags(Array.from({ length: 10 }, (_, n) => `t${n}`)));
    await fails("eleven tags, two of them the same", () =>
      tags(["t0", ...Array.from({ length: 10 }, (_, n) => `t${n}`)]),
    );
    await fails("a long tag", () => tags(["x".repeat(257)]));
    await fails("256 letters", () => tags(["x".repeat(256)]));
    await fails("an empty tag", () => tags([""]));
    await fails("a number as a tag", () => tags([5]));
    await fails("tags that are no list", () => tags("tag"));
    await fails("not a socket", () => ctx.acceptWebSocket({} as WebSocket));
    await fails("tags of a fresh one", () => ctx.getTags(fresh()[1]));
    await fails("tags of a standard one", () => {
      const pair = fresh();
      pair[1].accept();
      return ctx.getTags(pair[1]);
    });
    const pair = fresh();
    ctx.acceptWebSocket(pair[1], ["b", "a", "b"]);
    note("tags", ctx.getTags(pair[1]));
    note("state", pair[1].readyState);
    await fails(
      "used in a response",
      () => new Response(null, { status: 101, webSocket: pair[1] }),
    );
    note("held", ctx.getWebSockets().length);
    return entries;
  }
}

export default inWorker<{ Subject: Subject }>(
  "what acceptWebSocket refuses",
  async ({ objects, merge }) => {
    merge((await objects.Subject.getByName("x").try()) as never);
  },
);
