import { connect, type Socket } from "node:net";

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = "\r\n\r\n";

/**
 * A keep-alive HTTP/1.1 client with one request in flight, this small so that on a small machine
 * the load generator costs less than the server under test.
 */
export class HttpConnection {
  readonly #url: URL;
  #socket: Socket | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #waiting: Waiting | undefined;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const address = { host: this.#url.hostname, port: Number(this.#url.port), noDelay: true };
      const socket = connect(address, resolve);
      socket.on("error", (error) => {
        reject(error);
        this.#fail(error);
      });
      socket.on("close", () => this.#fail(new Error("the connection was closed")));
      socket.on("data", (data: Buffer) => this.#feed(data));
      this.#socket = socket;
    });
  }

  get(path: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket?.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#url.host}\r\n\r\n`);
    });
  }

  /** A GET that must answer 200. */
  async ok(path: string): Promise<Buffer> {
    const { status, body } = await this.get(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.toString().slice(0, 200)}`);
    return body;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #feed(data: Buffer): void {
    this.#buffer = this.#buffer.length > 0 ? Buffer.concat([this.#buffer, data]) : data;
    const headEnd = this.#buffer.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#buffer.toString("latin1", 0, headEnd).toLowerCase();
    const start = headEnd + HEAD_END.length;
    const bounds = this.#bodyBounds(head, start);
    if (bounds === undefined) return;
    const body = this.#buffer.subarray(start, bounds.bodyEnd);
    this.#buffer = this.#buffer.subarray(bounds.end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  /** Where the body and the whole answer end; undefined while bytes are missing. */
  #bodyBounds(head: string, start: number): { bodyEnd: number; end: number } | undefined {
    const length = /\r\ncontent-length: *(\d+)/.exec(head);
    if (length) {
      const end = start + Number(length[1]);
      return this.#buffer.length < end ? undefined : { bodyEnd: end, end };
    }
    if (!head.includes("transfer-encoding: chunked")) return { bodyEnd: start, end: start };
    const last = this.#buffer.indexOf("0\r\n\r\n", start);
    return last < 0 ? undefined : { bodyEnd: last, end: last + 5 };
  }
}

/** Opens `count` connections. */
export async function openHttp(url: string, count: number): Promise<HttpConnection[]> {
  const connections = Array.from({ length: count }, () => new HttpConnection(url));
  await Promise.all(connections.map((connection) => connection.open()));
  return connections;
}
