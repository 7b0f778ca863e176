import type { WSMessage } from "../connections/types.ts";
import { FreeholdError } from "../errors.ts";
import type { Outbox } from "./outbox.ts";

const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;
/** Most characters of JSON that may be stored with a socket; the platform has 16 KiB for all. */
const MAX_ATTACHMENT = 15_000;

/**
 * A sub-agent's end of a socket that the outermost agent owns. It is a WebSocket as far as a
 * connection needs one: what happens on it comes in as events of the object, not of the socket.
 */
export class FacetSocket {
  readonly #outbox: Outbox;
  readonly #key: string;
  #attachment: unknown;
  #readyState = OPEN;
  #platformTags: readonly string[] = [];

  constructor(key: string, outbox: Outbox, attachment?: unknown) {
    this.#key = key;
    this.#outbox = outbox;
    this.#attachment = attachment;
  }

  get readyState(): number {
    return this.#readyState;
  }

  send(message: WSMessage): void {
    if (this.#readyState !== OPEN)
      throw new TypeError("Can't call WebSocket send() after close().");
    this.#outbox.send(this.#key, typeof message === "string" ? message : copyOf(message));
  }

  close(code?: number, reason?: string): void {
    if (this.#readyState !== OPEN) return;
    assertCloseable(code);
    this.#readyState = CLOSING;
    this.#outbox.push({
      ...{ kind: "close", to: this.#key },
      ...(code === undefined ? {} : { code }),
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** The other side has closed it. */
  ended(): void {
    this.#readyState = CLOSED;
  }

  /** @throws FreeholdError `attachment_too_large`. */
  serializeAttachment(attachment: unknown): void {
    if (JSON.stringify(attachment).length > MAX_ATTACHMENT) {
      throw new FreeholdError(
        "attachment_too_large",
        `A connection of a sub-agent can keep ${MAX_ATTACHMENT} characters at most`,
        { help: "Keep a key with the connection, and the value in the agent's database." },
      );
    }
    this.#attachment = structuredClone(attachment);
    if (this.#readyState !== OPEN) return;
    this.#outbox.push({ kind: "keep", to: this.#key, attachment: this.#attachment });
  }

  deserializeAttachment(): unknown {
    return structuredClone(this.#attachment);
  }

  /** Tags under which the object finds it. */
  isTagged(tag: string): boolean {
    return this.#platformTags.includes(tag);
  }

  tag(tags: readonly string[]): void {
    this.#platformTags = tags;
  }

  addEventListener(): void {
    // Events come in through the object's handlers.
  }

  removeEventListener(): void {
    // There is nothing to remove.
  }
}

/** The message is sent later: its bytes may have been changed by then. */
function copyOf(message: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (message instanceof ArrayBuffer) return message.slice(0);
  const { buffer, byteLength, byteOffset } = message;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice().buffer;
}

function assertCloseable(code: number | undefined): void {
  if (code === undefined || code === 1000 || (code >= 3000 && code <= 4999)) return;
  if (Number.isInteger(code) && code > 1000 && code < 1015 && ![1004, 1005, 1006].includes(code)) {
    return;
  }
  throw new TypeError(`Invalid WebSocket close code: ${code}.`);
}
