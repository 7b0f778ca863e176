import { socketErrors } from "../contract-errors.ts";
import type { Channel } from "./channel.ts";
import { CloseCode, MAX_BUFFERED_BYTES, MAX_CLOSE_REASON_BYTES } from "./limits.ts";

/**
 * What an end of a conversation is used for.
 * - `fresh`: an end of a pair that nobody has taken.
 * - `connecting`: a client socket before its handshake is done.
 * - `accepted`: taken by `accept()`, or an open client socket.
 * - `hibernatable`: taken by `acceptWebSocket()`.
 * - `returned`: given away in a response.
 * - `lost`: taken, and the peer is gone: what is sent goes nowhere.
 */
export type ConnectionPhase =
  | "fresh"
  | "connecting"
  | "accepted"
  | "hibernatable"
  | "returned"
  | "lost";

/** Answers whether what is sent now must wait for writes to become durable. */
export type Gate = () => Promise<void> | undefined;

type Outgoing =
  | { readonly type: "send"; readonly data: string | Uint8Array; readonly gate: Promise<void> }
  | { readonly type: "terminate"; readonly gate: Promise<void> }
  | {
      readonly type: "close";
      readonly code: number | undefined;
      readonly reason: string;
      readonly gate: Promise<void>;
    };

/**
 * One end of a conversation, apart from the JavaScript object that stands for it: successive
 * objects of a hibernating socket share one connection.
 *
 * Frames leave in the order in which they were sent. A frame whose gate is open leaves at once and
 * without a promise; otherwise it and all later ones wait in a queue.
 */
export class Connection {
  phase: ConnectionPhase;
  sentClose = false;
  receivedClose = false;
  url: string | null = null;
  protocol = "";
  extensions = "";
  /** The serialized attachment. */
  attachment: Uint8Array | undefined;
  /** The other end, when it is in this process and was made with this one. */
  peer: Connection | undefined;
  #channel: Channel | undefined;
  /** Made when something has to wait, which in most conversations nothing does. */
  #queue: Outgoing[] | undefined;
  #queuedBytes = 0;

  constructor(phase: ConnectionPhase, channel?: Channel) {
    this.phase = phase;
    this.#channel = channel;
  }

  get channel(): Channel {
    if (!this.#channel) throw socketErrors.notAccepted();
    return this.#channel;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    if (this.sentClose && this.receivedClose) return 3;
    if (this.sentClose || this.receivedClose) return 2;
    return this.phase === "connecting" ? 0 : 1;
  }

  get bufferedAmount(): number {
    return this.#queuedBytes + (this.#channel?.bufferedBytes ?? 0);
  }

  /** The handshake of a client socket is done. */
  opened(channel: Channel, protocol: string, extensions: string): void {
    this.#channel = channel;
    this.phase = "accepted";
    this.protocol = protocol;
    this.extensions = extensions;
  }

  /** @throws TypeError when the end was not accepted or was closed from here. */
  send(data: string | Uint8Array, gate: Gate | undefined): void {
    if (this.phase === "lost") return;
    this.#mustBeTaken();
    if (this.sentClose) throw socketErrors.sendAfterClose();
    const wait = gate?.();
    if (wait === undefined && !this.#queue) {
      this.channel.send(data);
      return;
    }
    if (this.#queuedBytes + data.length > MAX_BUFFERED_BYTES) {
      this.#overflow();
      return;
    }
    this.#queuedBytes += data.length;
    this.#enqueue({ type: "send", data, gate: wait ?? OPEN });
  }

  /** @throws DOMException for a code or reason that may not be sent. */
  close(code: number | undefined, reason: string | undefined, gate: Gate | undefined): void {
    checkClose(code, reason);
    if (this.phase === "connecting") {
      this.terminate();
      return;
    }
    if (this.phase === "lost") return;
    this.#mustBeTaken();
    if (this.sentClose) return;
    this.sentClose = true;
    const wait = gate?.();
    if (wait === undefined && !this.#queue) {
      this.channel.close(code, reason);
      return;
    }
    this.#enqueue({ type: "close", code, reason: reason ?? "", gate: wait ?? OPEN });
  }

  /** The peer has gone, or was never there. */
  lost(): void {
    this.sentClose = true;
    this.receivedClose = true;
    this.phase = "lost";
  }

  /** Ends the conversation with no Close frame; what waits to be sent is dropped. */
  terminate(): void {
    this.sentClose = true;
    this.receivedClose = true;
    this.#forgetQueue();
    this.#channel?.terminate();
  }

  /**
   * The object that sent is gone: what it sent before leaves once that is durable, a Close among it,
   * and then the conversation ends with no further frame.
   */
  terminateAfterSent(): void {
    this.sentClose = true;
    this.receivedClose = true;
    if (this.#queue) this.#enqueue({ type: "terminate", gate: OPEN });
    else this.terminate();
  }

  #overflow(): void {
    this.#forgetQueue();
    this.sentClose = true;
    this.channel.close(CloseCode.tryAgainLater, "Too much waits to be sent.");
  }

  #mustBeTaken(): void {
    if (this.phase !== "accepted" && this.phase !== "hibernatable") {
      throw socketErrors.notAccepted();
    }
  }

  #enqueue(item: Outgoing): void {
    if (this.#queue) {
      this.#queue.push(item);
      return;
    }
    this.#queue = [item];
    releaseAfter(item.gate, this);
  }

  /** A gate has opened: what waited for it leaves, up to the first that waits for another. */
  released(gate: Promise<void>): void {
    const queue = this.#queue;
    let left = 0;
    for (const item of queue ?? []) {
      if (item.gate !== gate && item.gate !== OPEN) break;
      left += 1;
      this.#leave(item);
      // It may have been the end.
      if (this.#queue !== queue) return;
    }
    if (left === 0) return;
    queue?.splice(0, left);
    const first = queue?.[0];
    if (first) releaseAfter(first.gate, this);
    else this.#queue = undefined;
  }

  #leave(item: Outgoing): void {
    if (item.type === "send") {
      this.#queuedBytes -= item.data.length;
      this.channel.send(item.data);
    } else if (item.type === "close") {
      this.channel.close(item.code, item.reason);
    } else {
      this.terminate();
    }
  }

  #forgetQueue(): void {
    this.#queue = undefined;
    this.#queuedBytes = 0;
  }
}

const OPEN = Promise.resolve();

/** The gate that was waited for last, with those that wait for it. */
let shared: { readonly gate: Promise<void>; readonly waiting: Connection[] } | undefined;

/**
 * Releases a connection when a gate opens. All that wait for the gate of one object share one
 * reaction: a change of state that goes to a thousand sockets waits once and not a thousand times.
 */
function releaseAfter(gate: Promise<void>, connection: Connection): void {
  if (shared?.gate === gate) {
    shared.waiting.push(connection);
    return;
  }
  const batch = { gate, waiting: [connection] };
  shared = batch;
  const settle = (each: (one: Connection) => void) => {
    if (shared === batch) shared = undefined;
    batch.waiting.forEach(each);
  };
  gate.then(
    () => settle((one) => one.released(gate)),
    // What could not be made durable must not be seen: the peer loses the connection instead.
    () => settle((one) => one.terminate()),
  );
}

/** Two fresh ends of one conversation. */
export function connectionPair(channels: readonly [Channel, Channel]): [Connection, Connection] {
  const one = new Connection("fresh", channels[0]);
  const other = new Connection("fresh", channels[1]);
  one.peer = other;
  other.peer = one;
  return [one, other];
}

function checkClose(code: number | undefined, reason: string | undefined): void {
  if (code !== undefined && !isSendableCode(code)) throw socketErrors.invalidCloseCode(code);
  if (reason === undefined) return;
  if (code === undefined) throw socketErrors.reasonWithoutCode();
  if (Buffer.byteLength(reason) > MAX_CLOSE_REASON_BYTES) throw socketErrors.reasonTooLong();
}

/** RFC 6455 reserves these for the receiving side. */
const RESERVED_CODES: ReadonlySet<number> = new Set([1004, 1005, 1006, 1015]);

function isSendableCode(code: number): boolean {
  return code >= 1000 && code <= 4999 && !RESERVED_CODES.has(code);
}
