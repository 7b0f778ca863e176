import { connect, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";
/** The example key of RFC 6455: nobody checks the answer. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
/** All bytes of a mask that changes nothing. */
const NO_MASK = Buffer.alloc(4);

/** A WebSocket that costs its owner little: a handshake, short texts out, frames in unread. */
export class RawSocket {
  readonly #socket: Socket;
  #isOpen = true;
  #heard: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", () => this.#heard?.());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#isOpen = false;
    });
  }

  /** @throws Error when the server does not answer with 101. */
  static open(url: string, path: string): Promise<RawSocket> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => {
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}${HEAD_END}`,
        );
      });
      socket.once("error", reject);
      socket.once("data", (data: Buffer) => {
        socket.off("error", reject);
        const head = data.toString("latin1");
        if (head.startsWith("HTTP/1.1 101")) resolve(new RawSocket(socket));
        else reject(new Error(`no WebSocket at ${path}: ${head.slice(0, 200)}`));
      });
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends a text of at most 125 bytes; resolves when something comes back. */
  echo(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
      const data = Buffer.from(text);
      this.#socket.write(Buffer.concat([Buffer.of(0x81, 0x80 | data.length), NO_MASK, data]));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Opens a socket to each path, `width` at a time. */
export async function openRaw(
  url: string,
  paths: readonly string[],
  width = 50,
): Promise<RawSocket[]> {
  const sockets: RawSocket[] = new Array(paths.length);
  const queue = paths.entries();
  const worker = async () => {
    for (const [index, path] of queue) sockets[index] = await RawSocket.open(url, path);
  };
  await Promise.all(Array.from({ length: Math.min(width, paths.length) }, worker));
  return sockets;
}
