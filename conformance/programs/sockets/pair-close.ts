import { inWorker } from "../../worker/program.ts";

export default inWorker("closing one end of a pair", async ({ note, sleep }) => {
  const run = async (close: (socket: WebSocket) => void) => {
    const pair = new WebSocketPair();
    const seen: unknown[] = [];
    for (const [name, socket] of Object.entries(pair)) {
      socket.accept();
      socket.addEventListener("close", ({ code, reason, wasClean }) =>
        seen.push([name, code, reason, wasClean, socket.readyState]),
      );
    }
    close(pair[0]);
    await sleep(150);
    return [seen, pair[0].readyState, pair[1].readyState];
  };
  note("with a code", await run((socket) => socket.close(4001, "why")));
  note("without", await run((socket) => socket.close()));
  note("only a code", await run((socket) => socket.close(1000)));
});
