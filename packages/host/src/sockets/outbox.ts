import type { Socket } from "node:net";
import { forgetFrames, serverFrame } from "./frames.ts";
import { atRoundEnd } from "./round.ts";

/** So much is not kept back: it is written at once. */
const FLUSH_BYTES = 64 * 1024;

const flushing: Outbox[] = [];

const outbox = Symbol("outbox");

interface Wire extends Socket {
  [outbox]?: Outbox;
}

/**
 * What a server sends on one connection: the frames of one round of the event loop leave in one
 * write. Only for connections on which nothing is compressed: then `ws` writes nothing by itself but
 * answers to pings, which may stand anywhere between messages, and Close frames, for which its owner
 * empties the box first.
 */
export class Outbox {
  readonly #wire: Socket;
  /** Made when there is something to send: most sockets are quiet. */
  #frames: Buffer[] | undefined;
  /** Bytes that have not been handed to the connection. */
  bytes = 0;

  constructor(wire: Socket) {
    this.#wire = wire;
    (wire as Wire)[outbox] = this;
    wire.prependListener("end", flushBeforeEnd);
  }

  send(data: string | Uint8Array): void {
    const frame = serverFrame(data);
    if (this.#frames === undefined) {
      this.#frames = [frame];
      if (flushing.length === 0) atRoundEnd(flushAll);
      flushing.push(this);
    } else this.#frames.push(frame);
    this.bytes += frame.length;
    if (this.bytes > FLUSH_BYTES) this.flush();
  }

  /** Hands over what waits. Does nothing on a connection that has ended. */
  flush(): void {
    const frames = this.#frames;
    if (frames === undefined) return;
    const { bytes } = this;
    this.#frames = undefined;
    this.bytes = 0;
    if (!this.#wire.writable) return;
    if (frames.length === 1) this.#wire.write(frames[0] as Buffer);
    else if (bytes <= 2 * FLUSH_BYTES) this.#wire.write(Buffer.concat(frames, bytes));
    else writeCorked(this.#wire, frames);
  }
}

/** When a peer says no more, `ws` ends its own side at once: what was said before goes first. */
function flushBeforeEnd(this: Wire): void {
  this[outbox]?.flush();
}

/** Large frames are not worth a copy. */
function writeCorked(wire: Socket, frames: readonly Buffer[]): void {
  wire.cork();
  for (const frame of frames) wire.write(frame);
  wire.uncork();
}

function flushAll(): void {
  forgetFrames();
  for (const outbox of flushing.splice(0)) outbox.flush();
}
