import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { describe } from "../../worker/describe.ts";
import type { ClientSocket } from "../../worker/form.ts";

const PATIENCE_MS = 3000;

/** Opens a real WebSocket whose events can be read one after another as text. */
export async function connect(url: URL, protocols: string[] = []): Promise<ClientSocket> {
  const address = new URL(url);
  address.protocol = "ws:";
  const socket = new WebSocket(address, protocols, { perMessageDeflate: false });
  const seen: string[] = [];
  let wake: (() => void) | undefined;
  const push = (line: string) => {
    seen.push(line);
    wake?.();
  };
  socket.on("message", (data: Buffer, isBinary) =>
    push(`message ${isBinary ? describe(new Uint8Array(data)) : data.toString()}`),
  );
  socket.on("pong", () => push("pong"));
  socket.on("close", (code, reason) => push(`close ${code} ${reason}`));
  await new Promise<void>((resolve, reject) => {
    socket.on("open", () => resolve());
    socket.on("unexpected-response", (_request, response) => {
      push(`refused ${response.statusCode}`);
      resolve();
    });
    socket.on("error", reject);
  });
  const next = async (): Promise<string> => {
    if (seen.length === 0) {
      const arrival = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([arrival, delay(PATIENCE_MS, undefined, { ref: false })]);
    }
    return seen.shift() ?? "nothing arrived";
  };
  return {
    next,
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    ping: () => socket.ping(),
  };
}
