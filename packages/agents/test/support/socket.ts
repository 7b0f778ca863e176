import { type IncomingMessage, request } from "node:http";

/** A WebSocket whose messages can be waited for, in the order in which they came. */
export class TestSocket {
  readonly #socket: WebSocket;
  readonly #messages: (string | ArrayBuffer)[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly closed: Promise<CloseEvent>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (event) => {
      this.#messages.push(event.data as string | ArrayBuffer);
      this.#waiting.splice(0).forEach((wake) => {
        wake();
      });
    });
    this.closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  }

  /** Connects; `headers` are what a browser could not send. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<TestSocket> {
    const socket = new WebSocket(url, { headers } as never);
    const test = new TestSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error(`No connection to ${url}`)));
    });
    return test;
  }

  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(message);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  /** The next message as it came. */
  async next(): Promise<string | ArrayBuffer> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The next `count` messages, JSON parsed where they are JSON. */
  async take(count: number): Promise<unknown[]> {
    const taken: unknown[] = [];
    while (taken.length < count) taken.push(readable(await this.next()));
    return taken;
  }

  /**
   * Reads on until this text came. To be called before `close` where the server may still be sending:
   * Node's `WebSocket` inflates a frame behind its reader's back, and when the server's Close and the
   * end of the connection come meanwhile, it reports 1006 although it was answered.
   */
  async until(text: string): Promise<void> {
    while ((await this.next()) !== text);
  }

  /** Sends a call and returns its answers, chunks included. */
  async call(method: string, ...args: unknown[]): Promise<Record<string, unknown>[]> {
    const id = crypto.randomUUID();
    this.send(JSON.stringify({ type: "rpc", id, method, args }));
    const answers: Record<string, unknown>[] = [];
    for (;;) {
      const message = readable(await this.next());
      if (typeof message !== "object" || message === null) continue;
      const frame = message as Record<string, unknown>;
      if (frame.type !== "rpc" || frame.id !== id) continue;
      const { id: _id, type: _type, ...rest } = frame;
      answers.push(rest);
      if (frame.done !== false) return answers;
    }
  }
}

function readable(message: string | ArrayBuffer): unknown {
  if (typeof message !== "string") return message;
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}

/** What a client other than a browser reads when it may not connect. */
export async function refusedUpgrade(
  url: string,
): Promise<[status: number | undefined, text: string]> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers }, resolve).on("error", reject).end();
  });
  return [answer.statusCode, Buffer.concat(await answer.toArray()).toString()];
}
