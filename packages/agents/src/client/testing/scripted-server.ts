/**
 * A WebSocket server that does what a test says: real sockets, no agent behind them.
 *
 * @module
 */

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";

/** One accepted connection. */
export class ScriptedConnection {
  readonly url: URL;
  readonly received: string[] = [];
  readonly #socket: ServerSocket;
  readonly #waiting: (() => void)[] = [];

  constructor(socket: ServerSocket, request: IncomingMessage) {
    this.#socket = socket;
    this.url = new URL(request.url ?? "/", "ws://server");
    socket.on("message", (data) => {
      this.received.push(String(data));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  send(frame: string | object): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  sendBinary(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(code: number, reason = ""): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** The `index`-th frame the client sent, as an object; waits for it. */
  async frame(index: number): Promise<Record<string, unknown>> {
    while (this.received.length <= index) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return JSON.parse(this.received[index]!) as Record<string, unknown>;
  }

  identity(name: string, agent: string, state?: unknown): void {
    const type = "cf_agent_identity";
    this.send({ type, name, agent, ...(state === undefined ? {} : { stateFollows: true }) });
    if (state !== undefined) this.send({ type: "cf_agent_state", state });
  }
}

/** The server. `connection()` waits for the next client. */
export class ScriptedServer {
  readonly host: string;
  readonly #server: WebSocketServer;
  readonly #accepted: ScriptedConnection[] = [];
  readonly #waiting: ((connection: ScriptedConnection) => void)[] = [];
  /** Handshakes that wait to be answered; `undefined` while all are answered at once. */
  #held: (() => void)[] | undefined;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.options.verifyClient = (_: unknown, answer: (accepts: boolean) => void) => {
      if (this.#held === undefined) answer(true);
      else this.#held.push(() => answer(true));
    };
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (socket, request) => {
      const connection = new ScriptedConnection(socket, request);
      const waiter = this.#waiting.shift();
      if (waiter) waiter(connection);
      else this.#accepted.push(connection);
    });
  }

  static async start(port = 0): Promise<ScriptedServer> {
    const server = new WebSocketServer({ host: "127.0.0.1", port });
    await once(server, "listening");
    return new ScriptedServer(server);
  }

  connection(): Promise<ScriptedConnection> {
    const accepted = this.#accepted.shift();
    if (accepted) return Promise.resolve(accepted);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Lets those who connect wait, until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const accept of held) accept();
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
