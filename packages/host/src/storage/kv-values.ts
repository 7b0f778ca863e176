import v8 from "node:v8";
import { storageErrors } from "../contract-errors.ts";

/**
 * Values are kept in V8's own format, as they are by `structuredClone`: instances of classes come back
 * as plain objects.
 */
class Writer extends v8.Serializer {
  // The engine calls this for what it cannot write.
  _getDataCloneError(message: string): DOMException {
    return storageErrors.notCloneable(message);
  }
}

/** @throws DOMException `DataCloneError` for functions, symbols and the like. */
export function encodeValue(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.writeHeader();
  writer.writeValue(value);
  return writer.releaseBuffer();
}

export function decodeValue(bytes: Uint8Array): unknown {
  const reader = new v8.Deserializer(bytes);
  reader.readHeader();
  return reader.readValue();
}
