import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * A line to a server on a local port, which can be cut: what goes over it is broken off, as a network
 * does it. While nobody listens behind it, connections end at once.
 */
export class Line implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<Line> {
    const server = createServer();
    const line = new Line(server);
    server.on("connection", (near) => line.#join(near, connect(port, "127.0.0.1")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  /** `host:port`, as client libraries take it. */
  get host(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The line is closed");
    return `127.0.0.1:${address.port}`;
  }

  /** Breaks off everything that goes over it now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise<unknown>((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      // A reset is told by `close` as well.
      one.on("error", () => one.destroy());
    }
  }
}
