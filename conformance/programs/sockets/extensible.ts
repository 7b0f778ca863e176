import { inObject } from "../../worker/program.ts";

export default inObject("a socket can carry fields", async ({ ctx, note }) => {
  const pair = new WebSocketPair();
  const socket = pair[1] as WebSocket & Record<string, unknown>;
  Object.assign(socket, { id: "a", tags: ["x"], state: null });
  note("assigned", [socket.id, socket.tags, socket.state]);
  ctx.acceptWebSocket(socket);
  delete socket.state;
  Object.defineProperties(socket, { state: { configurable: true, get: () => "got" } });
  note("defined", socket.state);
  WebSocket.prototype.serializeAttachment.call(socket, { by: "prototype" });
  note("attachment", WebSocket.prototype.deserializeAttachment.call(socket));
  note("is a WebSocket", socket instanceof WebSocket);
  note("is an EventTarget", socket instanceof EventTarget);
});
