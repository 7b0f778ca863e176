import { storageErrors } from "../contract-errors.ts";
import { DurableObjectId } from "../objects/id.ts";

/**
 * What structured clone would not keep as the contract does: errors, whose own properties are kept, and
 * objects of the platform, some of which are kept and most refused.
 */
export type Special = Error | Headers | Request | Response;

/** Made by the language. What is not made by it either is a program's class, kept as a plain object. */
const LANGUAGE = new Set<unknown>(
  [
    ...[Object, Function, Array, Date, RegExp, Map, Set, WeakMap, WeakSet, WeakRef, Promise, Proxy],
    ...[Number, String, Boolean, Symbol, BigInt, Error, EvalError, RangeError, ReferenceError],
    ...[SyntaxError, TypeError, URIError, AggregateError, ArrayBuffer, SharedArrayBuffer, DataView],
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[BigInt64Array, BigUint64Array, Float32Array, Float64Array, FinalizationRegistry],
    ...[Reflect.get(globalThis, "Iterator"), Reflect.get(globalThis, "SuppressedError")],
    ...[Reflect.get(globalThis, "Float16Array"), Buffer],
  ].filter((value) => value !== undefined),
);

let known: WeakMap<object, string> | undefined;
const own: (readonly [prototype: object, name: string])[] = [
  [DurableObjectId.prototype, "DurableObjectId"],
];

/** Makes a class one whose instances cannot be stored. */
export function refuseInStorage(Class: {
  readonly name: string;
  readonly prototype: object;
}): void {
  own.push([Class.prototype, Class.name]);
  known = undefined;
}

/** The platform's prototypes, with the names of their classes. */
function platform(): WeakMap<object, string> {
  if (known !== undefined) return known;
  known = new WeakMap(own as [object, string][]);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
    const lazily =
      value === undefined && /^[A-Z]/.test(name) ? Reflect.get(globalThis, name) : value;
    if (typeof lazily !== "function" || LANGUAGE.has(lazily)) continue;
    const prototype: unknown = lazily.prototype;
    if (typeof prototype === "object" && prototype !== null) known.set(prototype, name);
  }
  return known;
}

function platformClassOf(value: object): string | undefined {
  const classes = platform();
  for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    const name = classes.get(at);
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * Whether a value holds something special.
 *
 * @throws DOMException `DataCloneError` for objects of the platform that cannot be stored
 */
export function holdsSpecial(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return new Search().visit(value);
}

class Search {
  readonly #seen = new Set<object>();

  /** Looks at all parts: what is refused is refused wherever it is. */
  visit(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === Object.prototype || prototype === Array.prototype;
    if (!isPlain && prototype !== null) {
      if (value instanceof Date || value instanceof RegExp) return false;
      if (ArrayBuffer.isView(value)) return isPooled(value);
      if (value instanceof Error || isKept(value)) return true;
      if (value instanceof SharedArrayBuffer) throw storageErrors.notCloneable(SHARED);
      const name = platformClassOf(value);
      if (name !== undefined) throw refusal(value, name);
    }
    if (this.#seen.has(value)) return false;
    this.#seen.add(value);
    if (value instanceof Map) return this.#map(value);
    return this.#parts(value instanceof Set ? value : Object.values(value));
  }

  #parts(parts: Iterable<unknown>): boolean {
    let found = false;
    for (const part of parts) {
      if (typeof part === "object" && part !== null && this.visit(part)) found = true;
    }
    return found;
  }

  #map(value: Map<unknown, unknown>): boolean {
    const inKeys = this.#parts(value.keys());
    return this.#parts(value.values()) || inKeys;
  }
}

const SHARED = "#<SharedArrayBuffer> could not be cloned.";

/** A view of one of the shared buffers that Node cuts small ones from: the rest is nobody's business. */
function isPooled(value: ArrayBufferView): boolean {
  return value instanceof Buffer && value.byteLength !== value.buffer.byteLength;
}

function isKept(value: object): value is Headers | Request | Response {
  return value instanceof Headers || value instanceof Request || value instanceof Response;
}

function refusal(value: object, name: string): DOMException {
  if (value instanceof ReadableStream || value instanceof WritableStream) {
    return storageErrors.streamInStorage(name);
  }
  if (value instanceof AbortSignal) return storageErrors.signalInStorage();
  return storageErrors.unsupportedType(name);
}

/** A copy of a value in which something else stands for what is special. */
export function exchangeSpecial(value: unknown, exchange: (special: Special) => object): unknown {
  return new Exchange(exchange).copy(value);
}

class Exchange {
  readonly #exchange: (special: Special) => object;
  readonly #copies = new Map<object, object>();

  constructor(exchange: (special: Special) => object) {
    this.#exchange = exchange;
  }

  copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const before = this.#copies.get(value);
    if (before !== undefined) return before;
    const copy = this.#object(value);
    this.#copies.set(value, copy);
    return copy;
  }

  #object(value: object): object {
    if (value instanceof Error || isKept(value)) return this.#exchange(value);
    if (ArrayBuffer.isView(value)) return value instanceof Buffer ? Uint8Array.from(value) : value;
    if (value instanceof Map) {
      const copy = this.#start(value, new Map<unknown, unknown>());
      for (const [key, part] of value) copy.set(this.copy(key), this.copy(part));
      return copy;
    }
    if (value instanceof Set) {
      const copy = this.#start(value, new Set<unknown>());
      for (const part of value) copy.add(this.copy(part));
      return copy;
    }
    if (Array.isArray(value)) return this.#record(value, new Array<unknown>(value.length));
    return isRecord(value) ? this.#record(value, {}) : value;
  }

  #record(value: object, copy: object): object {
    this.#start(value, copy);
    for (const [key, part] of Object.entries(value)) {
      const described = { value: this.copy(part), writable: true, enumerable: true };
      Object.defineProperty(copy, key, { ...described, configurable: true });
    }
    return copy;
  }

  #start<T extends object>(value: object, copy: T): T {
    this.#copies.set(value, copy);
    return copy;
  }
}

/** Whether an object is kept by its properties alone, as instances of a program's classes are. */
function isRecord(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object Object]" || !hasSlots(value);
}

function hasSlots(value: object): boolean {
  return [
    Date,
    RegExp,
    ArrayBuffer,
    Number,
    String,
    Boolean,
    BigInt,
    Promise,
    WeakMap,
    WeakSet,
  ].some((Class) => value instanceof Class);
}
