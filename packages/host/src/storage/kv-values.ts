import v8 from "node:v8";
import { storageErrors } from "../contract-errors.ts";
import { fromPayload, type Payload, toPayload } from "./kv-payloads.ts";
import { exchangeSpecial, holdsSpecial, type Special } from "./kv-special.ts";

/** How the bytes of a host object go on. Part of the format of the files: never change one. */
const PAYLOAD = 1;

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

/**
 * Writes special values as host objects. For each stands an object that the engine takes for one of the
 * platform's: an idle serializer. Views are written as everywhere else, with the buffers that they share.
 */
class SpecialWriter extends v8.Serializer {
  readonly #specials = new Map<object, Special>();
  readonly #places = new Map<Special, object>();
  readonly #writing = new Set<Special>();

  _getDataCloneError(message: string): DOMException {
    return storageErrors.notCloneable(message);
  }

  /** The engine calls this for objects of the platform. */
  _writeHostObject(place: object): void {
    const special = this.#specials.get(place);
    if (special === undefined) throw storageErrors.notCloneable("#<Object> could not be cloned.");
    this.writeUint32(PAYLOAD);
    this.#writePayload(special);
  }

  writeSpecial(value: unknown): void {
    this.writeValue(exchangeSpecial(value, (special) => this.#placeFor(special)));
  }

  #writePayload(special: Special): void {
    this.#writing.add(special);
    this.writeSpecial(toPayload(special));
    this.#writing.delete(special);
  }

  #placeFor(special: Special): object {
    // Whoever reads it back would need the error before it is read.
    if (this.#writing.has(special))
      throw storageErrors.notCloneable("#<Error> could not be cloned.");
    const place = this.#places.get(special) ?? new v8.Serializer();
    this.#places.set(special, place);
    this.#specials.set(place, special);
    return place;
  }
}

class Reader extends v8.Deserializer {
  /** The engine calls this for host objects. */
  _readHostObject(): unknown {
    if (this.readUint32() !== PAYLOAD) throw storageErrors.notCloneable("An unknown object.");
    return fromPayload(this.readValue() as Payload);
  }
}

/** @throws DOMException `DataCloneError` for functions, symbols, most objects of the platform. */
export function encodeValue(value: unknown): Uint8Array {
  if (value instanceof Buffer) return encodePlain(Uint8Array.from(value));
  if (!holdsSpecial(value)) return encodePlain(value);
  const writer = new SpecialWriter();
  writer.writeHeader();
  writer.writeSpecial(value);
  return writer.releaseBuffer();
}

function encodePlain(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.writeHeader();
  writer.writeValue(value);
  return writer.releaseBuffer();
}

export function decodeValue(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  reader.readHeader();
  return reader.readValue();
}
