import { encodeValue } from "@freehold/host";
import { MAX_VALUE_BYTES } from "../wire.ts";

/** A step returned something that only lives in this process. */
export class NotSerialisable extends Error {}

/** Looked up with each use: a host puts its own classes in the place of Node's. */
function livesHere(value: object): boolean {
  return [Request, Response, ReadableStream, WritableStream, TransformStream, WebSocket].some(
    (Class) => value instanceof Class,
  );
}

function isCopied(value: object): boolean {
  return (
    ArrayBuffer.isView(value) ||
    [Date, RegExp, ArrayBuffer, Error, DOMException, Headers, Boolean, Number, String].some(
      (Class) => value instanceof Class,
    )
  );
}

/**
 * A step's result in V8's format.
 *
 * @throws NotSerialisable for functions, stubs, streams, requests and responses, also inside of it
 * @throws DOMException `DataCloneError` for symbols and instances of classes
 */
export function encodeResult(value: unknown): Uint8Array | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "object") {
    check(value, new Set());
  }
  return encodeValue(value);
}

export function isTooLarge(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && bytes.byteLength > MAX_VALUE_BYTES;
}

function check(value: unknown, seen: Set<object>): void {
  if (typeof value === "function") throw new NotSerialisable();
  if (typeof value === "symbol") throw dataClone(`${String(value)} could not be cloned.`);
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value) || isPlain(value)) {
    for (const part of Object.values(value)) check(part, seen);
    return;
  }
  if (livesHere(value)) throw new NotSerialisable();
  if (value instanceof Map) for (const part of [...value].flat()) check(part, seen);
  else if (value instanceof Set) for (const part of value) check(part, seen);
  else if (!isCopied(value)) {
    throw dataClone(
      `Could not serialize object of type "${value.constructor?.name}". This type does not support serialization.`,
    );
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function dataClone(message: string): DOMException {
  return new DOMException(message, "DataCloneError");
}
