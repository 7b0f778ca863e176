import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { systemClock } from "../clock.ts";

/** How long a client that has had its last answer is listened to, in milliseconds. */
interface Patience {
  /** At most. */
  readonly mostMs: number;
  /** With nothing sent. */
  readonly quietMs: number;
}

const PATIENCE: Patience = { mostMs: 5000, quietMs: 1000 };

const lingering = new WeakSet<Duplex>();

/** The connection has had its last answer: nothing that comes on it is for anybody. */
export function isLingering(socket: Duplex): boolean {
  return lingering.has(socket);
}

/**
 * Drops what still comes on a connection that has had its last answer, until its client ends it too, but not
 * for long. To close with bytes unread would reset the connection, and take the answer from a client that has
 * not read it yet: one that sends all that it has before it reads.
 */
export function linger(socket: Duplex, { mostMs, quietMs } = PATIENCE): void {
  if (lingering.has(socket) || socket.destroyed) return;
  lingering.add(socket);
  const last = systemClock.now() + mostMs;
  let received = bytesOf(socket);
  const look = () => {
    const before = received;
    received = bytesOf(socket);
    if (received === before || systemClock.now() >= last) socket.destroy();
    else timer = systemClock.setTimer(look, quietMs);
  };
  let timer = systemClock.setTimer(look, quietMs);
  socket.once("close", () => timer.cancel());
  // Bytes that a parser still takes go to it.
  socket.resume();
}

/** What Node closes a connection by whose last answer is written: here its client may read that first. */
export function lingerAtEnd(socket: Socket): void {
  if (socket.destroySoon !== endAndLinger) socket.destroySoon = endAndLinger;
}

function endAndLinger(this: Socket): void {
  if (this.writable) this.end();
  linger(this);
}

function bytesOf(socket: Duplex): number {
  return "bytesRead" in socket ? Number(socket.bytesRead) : 0;
}
