import v8 from "node:v8";
import { storageErrors } from "../contract-errors.ts";
import { fromPayload, type Payload, toPayload } from "./kv-payloads.ts";
import { exchangeSpecial, holdsSpecial, type Special } from "./kv-special.ts";

/** How the bytes of a host object go on. Part of the format of the files: never change one. */
const VIEW = 0;
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

/** Writes special values, for which empty views stand, as host objects. Other views are ones then, too. */
class SpecialWriter extends v8.DefaultSerializer {
  readonly #specials = new Map<object, Special>();
  readonly #places = new Map<Special, object>();
  readonly #writing = new Set<Special>();

  _getDataCloneError(message: string): DOMException {
    return storageErrors.notCloneable(message);
  }

  /** The engine calls this for views. */
  _writeHostObject(view: object): void {
    const special = this.#specials.get(view);
    this.writeUint32(special === undefined ? VIEW : PAYLOAD);
    if (special === undefined) writeView.call(this, view);
    else this.#writePayload(special);
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
    const place = this.#places.get(special) ?? new Uint8Array(0);
    this.#places.set(special, place);
    this.#specials.set(place, special);
    return place;
  }
}

class Reader extends v8.DefaultDeserializer {
  /** The engine calls this for host objects. */
  _readHostObject(): unknown {
    if (this.readUint32() === VIEW) return ownBytes(readView.call(this) as ArrayBufferView);
    return fromPayload(this.readValue() as Payload);
  }
}

/** The driver's view is one of everything that was read. */
function ownBytes(view: ArrayBufferView): object {
  const { buffer, byteOffset, byteLength } = view;
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  return Reflect.construct(view.constructor, [bytes]);
}

const writeView = inherited(v8.DefaultSerializer, "_writeHostObject");
const readView = inherited(v8.DefaultDeserializer, "_readHostObject");

function inherited(Class: { readonly prototype: object }, name: string) {
  return Reflect.get(Class.prototype, name) as (this: object, ...args: unknown[]) => unknown;
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
