import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint<object, { who?: string }> {
  override fetch(request: Request) {
    if (request.headers.get("upgrade") !== "websocket") return new Response("plain");
    const pair = new WebSocketPair();
    pair[1].accept();
    pair[1].addEventListener("message", ({ data }) => {
      if (data === "close") pair[1].close(4003, "asked");
      else pair[1].send(`${this.ctx.props.who ?? "nobody"}: ${data}`);
    });
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
}

export default inWorker("sockets through entrypoints", async ({ services, exports, note }) => {
  const made = (exports.Entry as (options: object) => Fetcher)({ props: { who: "props" } });
  for (const [label, entry] of [
    ["service", services.Entry as Fetcher],
    ["export", exports.Entry as Fetcher],
    ["specialised", made],
  ] as const) {
    const { webSocket } = await entry.fetch("http://x/", { headers: { upgrade: "websocket" } });
    const socket = webSocket!;
    const seen: unknown[] = [];
    const closed = new Promise<void>((resolve) => {
      socket.addEventListener("message", ({ data }) => seen.push(data));
      socket.addEventListener("close", ({ code, reason }) => {
        seen.push([code, reason]);
        resolve();
      });
    });
    socket.accept();
    socket.send("hello");
    socket.send("close");
    await closed;
    note(label, seen);
  }
});
