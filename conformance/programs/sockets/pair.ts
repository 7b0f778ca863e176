import { inWorker } from "../../worker/program.ts";

export default inWorker("both ends of a pair in one place", async ({ note, fails, sleep }) => {
  const pair = new WebSocketPair();
  note("keys", Object.keys(pair));
  const [left, right] = Object.values(pair) as [WebSocket, WebSocket];
  note("state before accept", left.readyState);
  note("class", left.constructor.name);
  note("constants", [WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED]);
  note("fields", [left.url, left.protocol, left.extensions, left.binaryType]);
  await fails("send before accept", () => left.send("x"));
  await fails("close before accept", () => left.close());
  const seen: unknown[] = [];
  left.accept();
  left.send("early");
  right.addEventListener("message", (event) => seen.push(["message", event.data]));
  right.addEventListener("close", (event) =>
    seen.push(["close", event.code, event.reason, event.wasClean]),
  );
  right.accept();
  await sleep(150);
  left.send("text");
  left.send(new Uint8Array([1, 2]));
  left.send(new Uint8Array([3]).buffer);
  await sleep(150);
  note("arrived", seen.splice(0).length);
  await fails("accept twice", () => left.accept());
  left.close(4001, "enough");
  await sleep(150);
  note("close event", seen);
  note("states after", [left.readyState, right.readyState]);
  await fails("send after close", () => left.send("x"));
  await fails("close twice", () => left.close());
  await fails("send on the other end", () => right.send("x"));
});
