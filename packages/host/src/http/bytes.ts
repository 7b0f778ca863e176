import { rpcErrors } from "../contract-errors.ts";

const encoder = new TextEncoder();

/**
 * The bytes of what a stream gave: text goes as UTF-8.
 *
 * @throws TypeError for anything but text and bytes
 */
export function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return encoder.encode(chunk);
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw rpcErrors.notBytes();
}
