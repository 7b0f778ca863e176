import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async try() {
    const { note, fails, entries } = new Trace();
    const { ctx } = this;
    note("unset", ctx.getWebSocketAutoResponse());
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    const pair = ctx.getWebSocketAutoResponse();
    note("set", [pair?.request, pair?.response]);
    ctx.setWebSocketAutoResponse();
    note("unset again", ctx.getWebSocketAutoResponse());
    await fails("long request", () =>
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("x".repeat(2049), "y")),
    );
    await fails("long response", () =>
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("x", "y".repeat(2049))),
    );
    note("timeout unset", ctx.getHibernatableWebSocketEventTimeout());
    ctx.setHibernatableWebSocketEventTimeout(500);
    note("timeout set", ctx.getHibernatableWebSocketEventTimeout());
    ctx.setHibernatableWebSocketEventTimeout(0);
    note("timeout cleared", ctx.getHibernatableWebSocketEventTimeout());
    await fails("timeout too long", () => ctx.setHibernatableWebSocketEventTimeout(604_800_001));
    return entries;
  }
}

export default inWorker<{ Subject: Subject }>("automatic answers", async ({ objects, merge }) => {
  merge((await objects.Subject.getByName("x").try()) as never);
});
