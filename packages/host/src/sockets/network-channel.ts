import type { Socket } from "node:net";
import { WebSocket as WsSocket } from "ws";
import { invocation } from "../context.ts";
import { DISCONNECTED_REASON, socketErrors } from "../contract-errors.ts";
import type { Channel, ChannelClose, ChannelListener } from "./channel.ts";
import { CloseCode, MAX_BUFFERED_BYTES } from "./limits.ts";
import { Outbox } from "./outbox.ts";

/**
 * A `ws` socket that leaves the answer to a Close frame to its owner. `ws` answers by calling its
 * own `close`; here that call only tells the owner, who may still send, and who closes in the end.
 */
export class NetworkSocket extends WsSocket {
  /** What may wait to be taken by a slow peer before the socket ends with 1013. */
  maxBufferedBytes = MAX_BUFFERED_BYTES;
  #channel: NetworkChannel | undefined;

  get channel(): NetworkChannel {
    this.#channel ??= new NetworkChannel(this);
    return this.#channel;
  }

  /**
   * Called by `ws` alone: with no argument or with two when the peer sent Close, with one (a status)
   * when the peer broke the protocol.
   */
  override close(...told: [code?: number, reason?: string | Buffer]): void {
    const [code, reason] = told;
    const answered = this.readyState !== WsSocket.OPEN;
    const isViolation = told.length === 1 && code !== undefined;
    if (isViolation) this.channel.violated(code);
    else this.channel.peerClosed(code, reason?.toString() ?? "");
    if (!answered && !isViolation) return;
    this.channel.flush();
    super.close(code);
  }

  /** Outside of the sender's context: `ws` sets a timer that is not the sender's. */
  sendClose(code: number | undefined, reason: string): void {
    invocation.exit(() => {
      if (code === undefined) super.close();
      else super.close(code, reason);
    });
  }
}

type Arrival = string | Uint8Array | ChannelClose | Error;

/** A conversation over the network. */
class NetworkChannel implements Channel {
  readonly #socket: NetworkSocket;
  #listener: ChannelListener | undefined;
  #backlog: Arrival[] | undefined;
  /** The status that `ws` closes with because the peer broke the protocol. */
  #violation: number | undefined;
  #outbox: Outbox | undefined;
  #ended = false;
  #overflowed = false;

  constructor(socket: NetworkSocket) {
    this.#socket = socket;
    socket.on("message", onMessage);
    socket.on("close", onClose);
    socket.on("error", onError);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount + (this.#outbox?.bytes ?? 0);
  }

  /** Frames that go past `ws`, on the connection below it. Not where messages are compressed. */
  writeTo(wire: Socket): void {
    if (this.#socket.extensions === "") this.#outbox = new Outbox(wire);
  }

  send(data: string | Uint8Array): void {
    if (this.#overflowed || this.#socket.readyState !== WsSocket.OPEN) return;
    if (this.#outbox) this.#outbox.send(data);
    else this.#socket.send(data);
    if (this.bufferedBytes <= this.#socket.maxBufferedBytes) return;
    this.#overflowed = true;
    this.close(CloseCode.tryAgainLater, "The client does not keep up.");
  }

  /** Hands over what waits to be written: `ws` is about to write by itself. */
  flush(): void {
    this.#outbox?.flush();
  }

  close(code?: number, reason = ""): void {
    this.flush();
    this.#socket.sendClose(code, reason);
  }

  terminate(): void {
    this.flush();
    this.#socket.terminate();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  listen(listener: ChannelListener | undefined): void {
    this.#listener = listener;
    const backlog = this.#backlog;
    if (!listener || !backlog) return;
    this.#backlog = undefined;
    this.#socket.resume();
    for (const item of backlog) deliver(listener, item);
  }

  arrived(data: string | Uint8Array): void {
    this.#pass(data);
  }

  /** Called before the error that says what was wrong. */
  violated(status: number): void {
    this.#violation = status;
  }

  peerClosed(code: number | undefined, reason: string): void {
    this.#end({ code: code ?? CloseCode.noStatus, reason, wasClean: true });
  }

  /** The peer broke the protocol, and `ws` has answered with the fitting code; or the wire failed. */
  failed(error: Error): void {
    if (this.#violation === undefined) this.dropped();
    else this.#end(socketErrors.protocolViolation(this.#violation, error.message));
  }

  dropped(): void {
    this.#end({ code: CloseCode.abnormal, reason: DISCONNECTED_REASON, wasClean: false });
  }

  #end(how: ChannelClose | Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pass(how);
  }

  #pass(item: Arrival): void {
    if (this.#listener) {
      deliver(this.#listener, item);
      return;
    }
    // Nobody listens yet: the kernel's window holds the peer back.
    this.#backlog ??= [];
    this.#backlog.push(item);
    this.#socket.pause();
  }
}

function deliver(listener: ChannelListener, item: Arrival): void {
  if (typeof item === "string" || item instanceof Uint8Array) listener.message(item);
  else if (item instanceof Error) listener.error(item);
  else listener.close(item);
}

// Shared by all sockets: a closure each would cost memory for every idle connection.

function onMessage(this: WsSocket, data: Buffer, isBinary: boolean): void {
  (this as NetworkSocket).channel.arrived(isBinary ? data : data.toString("utf8"));
}

function onClose(this: WsSocket): void {
  (this as NetworkSocket).channel.dropped();
}

function onError(this: WsSocket, error: Error): void {
  (this as NetworkSocket).channel.failed(error);
}
