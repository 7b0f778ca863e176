import { DISCONNECTED_REASON } from "../contract-errors.ts";
import type { Channel, ChannelClose, ChannelListener } from "./channel.ts";
import { CloseCode, MAX_BUFFERED_BYTES } from "./limits.ts";

type Signal =
  | { readonly type: "message"; readonly data: string | Uint8Array }
  | { readonly type: "close"; readonly close: ChannelClose }
  | { readonly type: "error"; readonly error: Error };

/**
 * One half of a conversation inside the process. What one half sends reaches the other half's
 * listener synchronously; without a listener it waits, in order.
 */
class MemoryChannel implements Channel {
  #peer: MemoryChannel | undefined;
  #listener: ChannelListener | undefined;
  #backlog: Signal[] | undefined;
  #backlogBytes = 0;
  #draining = false;
  #closed = false;
  /** Set once this half was joined to another channel: what arrives here leaves there. */
  #onward: Channel | undefined;

  static connect(one: MemoryChannel, other: MemoryChannel): void {
    one.#peer = other;
    other.#peer = one;
  }

  get bufferedBytes(): number {
    const peer = this.#peer;
    return peer ? peer.#backlogBytes + (peer.#onward?.bufferedBytes ?? 0) : 0;
  }

  send(data: string | Uint8Array): void {
    if (this.#closed) return;
    const peer = this.#peer;
    const listening = peer === undefined ? undefined : peer.#listening;
    if (listening) listening.message(data);
    else this.#toPeer({ type: "message", data });
    if (this.bufferedBytes > MAX_BUFFERED_BYTES) this.close(CloseCode.tryAgainLater);
  }

  close(code?: number, reason = ""): void {
    this.#end({ code: code ?? CloseCode.noStatus, reason, wasClean: true });
  }

  terminate(): void {
    this.#end({ code: CloseCode.abnormal, reason: DISCONNECTED_REASON, wasClean: false });
  }

  pause(): void {
    this.#peer?.holdBack(true);
  }

  resume(): void {
    this.#peer?.holdBack(false);
  }

  /** Only what is joined to a real transport can be held back. */
  holdBack(isHeld: boolean): void {
    if (isHeld) this.#onward?.pause?.();
    else this.#onward?.resume?.();
  }

  fail(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#toPeer({ type: "error", error });
  }

  listen(listener: ChannelListener | undefined): void {
    this.#listener = listener;
    this.#drain();
  }

  /** Passes on everything that arrives here, both ways, for the rest of the conversation. */
  join(other: Channel): void {
    this.#onward = other;
    this.listen(new Relay(other));
    other.listen(new Relay(this));
  }

  #end(close: ChannelClose): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#toPeer({ type: "close", close });
  }

  #toPeer(signal: Signal): void {
    const peer = this.#peer;
    if (peer) peer.#receive(signal);
  }

  /** Who hears at once what arrives here: nothing that came before waits. */
  get #listening(): ChannelListener | undefined {
    return this.#draining || this.#backlog ? undefined : this.#listener;
  }

  #receive(signal: Signal): void {
    const listening = this.#listening;
    if (listening) {
      deliver(listening, signal);
      return;
    }
    this.#backlog ??= [];
    this.#backlog.push(signal);
    this.#backlogBytes += bytesOf(signal);
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    try {
      while (this.#listener && this.#backlog) {
        const signal = this.#backlog.shift();
        if (!signal) break;
        this.#backlogBytes -= bytesOf(signal);
        deliver(this.#listener, signal);
      }
      if (this.#backlog?.length === 0) this.#backlog = undefined;
    } finally {
      this.#draining = false;
    }
  }
}

/** Two connected halves. */
export function createChannelPair(): readonly [Channel, Channel] {
  const one = new MemoryChannel();
  const other = new MemoryChannel();
  MemoryChannel.connect(one, other);
  return [one, other];
}

/** Makes one conversation out of two: what arrives at one end is sent by the other. */
export function joinChannels(one: Channel, other: Channel): void {
  if (one instanceof MemoryChannel) {
    one.join(other);
  } else if (other instanceof MemoryChannel) {
    other.join(one);
  } else {
    one.listen(new Relay(other));
    other.listen(new Relay(one));
  }
}

/** A class, because closures for each socket would cost memory for every idle one. */
class Relay implements ChannelListener {
  readonly #target: Channel;

  constructor(target: Channel) {
    this.#target = target;
  }

  message(data: string | Uint8Array): void {
    this.#target.send(data);
  }

  close({ code, reason, wasClean }: ChannelClose): void {
    if (!wasClean) this.#target.terminate();
    else if (code === CloseCode.noStatus) this.#target.close();
    else this.#target.close(code, reason);
  }

  error(error: Error): void {
    if (this.#target.fail) this.#target.fail(error);
    else this.#target.terminate();
  }
}

function deliver(listener: ChannelListener, signal: Signal): void {
  if (signal.type === "message") listener.message(signal.data);
  else if (signal.type === "close") listener.close(signal.close);
  else listener.error(signal.error);
}

function bytesOf(signal: Signal): number {
  return signal.type === "message" ? signal.data.length : 0;
}
