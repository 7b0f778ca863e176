/**
 * Frames as they come over a connection.
 *
 * @module
 */

import { type ClientFrame, parseFrame } from "../../wire.ts";

export type { ClientFrame };

/** Several listeners hear one event: it is parsed once. */
const parsed = new WeakMap<MessageEvent, ClientFrame | null>();

/** The frame in a message, or undefined when it holds none. */
export function frameOf(event: MessageEvent): ClientFrame | undefined {
  const known = parsed.get(event);
  if (known !== undefined) return known ?? undefined;
  const frame = typeof event.data === "string" ? parseFrame(event.data) : undefined;
  parsed.set(event, frame ?? null);
  return frame;
}

/** A text in a frame, or undefined. */
export function stringIn(frame: ClientFrame, key: string): string | undefined {
  const value = frame[key];
  return typeof value === "string" ? value : undefined;
}
