// node:http and ws with an agent's frames and nothing behind them.
import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

const body = JSON.stringify({ ok: true, name: "limit", count: 0 });
const headers = { "content-type": "application/json", "content-length": body.length };

const server = createServer((_request, response) => {
  response.writeHead(200, headers).end(body);
});
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, serve);
});
server.listen(Number(process.argv[2]), "127.0.0.1");

function serve(socket: WebSocket): void {
  socket.on("message", (data: Buffer) => {
    const { id, args } = JSON.parse(data.toString()) as { id: string; args: unknown[] };
    const frame = { done: true, id, result: args[0], success: true, type: "rpc" };
    socket.send(JSON.stringify(frame));
  });
}
