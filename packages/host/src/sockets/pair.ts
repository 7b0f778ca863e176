import { socketErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";
import { connectionPair } from "./connection.ts";
import { createChannelPair } from "./memory-channel.ts";
import { WebSocket } from "./web-socket.ts";

/** Two connected ends, as the properties `0` and `1`. */
export class WebSocketPair {
  readonly 0: WebSocket;
  readonly 1: WebSocket;

  constructor() {
    const [one, other] = connectionPair(createChannelPair());
    this[0] = new WebSocket(one);
    this[1] = new WebSocket(other);
  }

  *[Symbol.iterator](): Generator<WebSocket> {
    yield this[0];
    yield this[1];
  }
}

/** A request that an object's sockets answer without waking the object. */
export class WebSocketRequestResponsePair {
  readonly #request: string;
  readonly #response: string;

  /** @throws RangeError when a side is larger than the limit (2,048 bytes). */
  constructor(request: string, response: string) {
    this.#request = checked("Request", String(request));
    this.#response = checked("Response", String(response));
  }

  get request(): string {
    return this.#request;
  }

  get response(): string {
    return this.#response;
  }

  static isPair(value: unknown): value is WebSocketRequestResponsePair {
    return typeof value === "object" && value !== null && #request in value;
  }
}

function checked(side: "Request" | "Response", text: string): string {
  const bytes = Buffer.byteLength(text);
  const most = currentLimits().autoResponseBytes;
  if (bytes > most) throw socketErrors.autoResponseTooLarge(side, bytes, most);
  return text;
}
