import { DurableObject } from "cloudflare:workers";
import { inWorker, Trace } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async try() {
    const { note, fails, entries } = new Trace();
    const pair = new WebSocketPair();
    note("before accept", pair[1].deserializeAttachment());
    this.ctx.acceptWebSocket(pair[1]);
    note("unset", pair[1].deserializeAttachment());
    const value = { a: [1, new Date(0), new Map([["k", undefined]])] };
    pair[1].serializeAttachment(value);
    value.a.push(2);
    note("a copy was taken", pair[1].deserializeAttachment());
    const [first, second] = [pair[1].deserializeAttachment(), pair[1].deserializeAttachment()];
    note("each is a copy", first !== second);
    await fails("too large", () => pair[1].serializeAttachment("x".repeat(16_385)));
    await fails("just fits", () => pair[1].serializeAttachment("x".repeat(16_000)));
    await fails("function", () => pair[1].serializeAttachment(() => 1));
    await fails("undefined", () => pair[1].serializeAttachment(undefined));
    note("after undefined", pair[1].deserializeAttachment());
    note("seen through getWebSockets", this.ctx.getWebSockets()[0]?.deserializeAttachment());
    return entries;
  }
}

export default inWorker<{ Subject: Subject }>("attachments", async ({ objects, merge }) => {
  merge((await objects.Subject.getByName("x").try()) as never);
});
