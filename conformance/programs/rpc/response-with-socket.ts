import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  give() {
    const pair = new WebSocketPair();
    pair[1].accept();
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  take(response: Response) {
    return response.status;
  }
  socket() {
    return new WebSocketPair()[0];
  }
}

type Open = Record<"give" | "take" | "socket", (it?: unknown) => Promise<unknown>>;

export default inWorker<{ Subject: Subject }>("sockets in calls", async ({ objects, fails }) => {
  const stub = objects.Subject.getByName("x") as unknown as Open;
  await fails("a response with a socket as a result", () => stub.give());
  await fails("as an argument", () => {
    const pair = new WebSocketPair();
    return stub.take(new Response(null, { status: 101, webSocket: pair[0] }));
  });
  await fails("a socket as a result", () => stub.socket());
  await fails("a pair as an argument", () => stub.take(new WebSocketPair()));
});
