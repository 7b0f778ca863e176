import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #log: unknown[] = [];
  open() {
    const pair = new WebSocketPair();
    const look = (what: () => unknown) => {
      try {
        return what() ?? "fine";
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    this.#log.push(look(() => this.ctx.acceptWebSocket(pair[1], ["tag"])));
    this.#log.push(look(() => pair[0].accept()));
    pair[0].addEventListener("message", ({ data }) => this.#log.push(["near", data]));
    pair[0].addEventListener("close", ({ code }) => this.#log.push(["near close", code]));
    this.#log.push(look(() => pair[0].send("hello")));
    this.#log.push(this.ctx.getWebSockets().length);
  }
  override webSocketMessage(socket: WebSocket, message: string) {
    this.#log.push(["far", message, this.ctx.getTags(socket)]);
    socket.send(`answer to ${message}`);
    socket.close(4000);
  }
  override webSocketClose(_socket: WebSocket, code: number) {
    this.#log.push(["far close", code]);
  }
  log() {
    return this.#log;
  }
}

export default inWorker<{ Subject: Subject }>(
  "an object holds both ends of a pair",
  async ({ objects, note, fails, sleep }) => {
    const stub = objects.Subject.getByName("x");
    await fails("opened", () => stub.open());
    await sleep(200);
    await fails("log", () => stub.log());
    note("the end", true);
  },
);
