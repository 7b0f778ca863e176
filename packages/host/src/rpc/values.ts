import { rpcErrors } from "../contract-errors.ts";
import { brands, hasBrand } from "./brands.ts";
import { copyError } from "./errors.ts";

/** 2^25 bytes: the most that the arguments, or the result, of one call may take. */
const MAX_MESSAGE_BYTES = 33_554_432;

/** What a message costs beyond its contents: the header of the wire form. */
const ENVELOPE_BYTES = 20;
/** A number, a date, an end of an object and the like. */
const SMALL_BYTES = 9;

/**
 * How what cannot be copied gets to the other side. In memory the receiver is handed a stub; over a
 * port it is a number that stands for one.
 */
export interface Crossing {
  /** A function, an `RpcTarget` or a stub: answers what the receiver gets in its place. */
  capability(value: object): unknown;
}

/**
 * Copies a value as it crosses from one object to another: structured clone, with stubs for functions
 * and `RpcTarget`s, and with requests, responses, headers and streams handed over.
 *
 * @throws DOMException `DataCloneError` for what cannot cross
 * @throws Error when the value is larger than 32 MiB
 */
export function copyValue(value: unknown, crossing: Crossing): unknown {
  if (isPrimitive(value)) return copyPrimitive(value);
  const copier = new Copier(crossing);
  const copy = copier.copy(value);
  copier.checkSize();
  return copy;
}

/** Copies arguments; their number is kept, and they may share parts. */
export function copyArguments(args: readonly unknown[], crossing: Crossing): unknown[] {
  const copies = new Array<unknown>(args.length);
  let copier: Copier | undefined;
  for (let index = 0; index < args.length; index++) {
    const value = args[index];
    if (isPrimitive(value)) copies[index] = copyPrimitive(value);
    else {
      copier ??= new Copier(crossing);
      copies[index] = copier.copy(value);
    }
  }
  copier?.checkSize();
  return copies;
}

type Primitive = string | number | bigint | boolean | symbol | null | undefined;

function isPrimitive(value: unknown): value is Primitive {
  return (typeof value !== "object" && typeof value !== "function") || value === null;
}

function copyPrimitive(value: Primitive): Primitive {
  if (typeof value === "symbol") throw rpcErrors.notCloneable(String(value));
  if (typeof value === "string") checkSize(value.length);
  return value;
}

function checkSize(bytes: number): void {
  if (bytes > MAX_MESSAGE_BYTES) throw rpcErrors.tooLarge(bytes + ENVELOPE_BYTES);
}

type TypedArrayMaker = new (buffer: ArrayBuffer, offset: number, length: number) => object;

class Copier {
  readonly #crossing: Crossing;
  /** Parts that were seen: cycles and shared parts keep their shape. */
  readonly #seen = new Map<object, unknown>();
  #bytes = 0;

  constructor(crossing: Crossing) {
    this.#crossing = crossing;
  }

  checkSize(): void {
    checkSize(this.#bytes);
  }

  copy(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        this.#bytes += value.length;
        return value;
      case "symbol":
        throw rpcErrors.notCloneable(String(value));
      case "function":
        return this.#crossing.capability(value);
      case "object":
        if (value === null) return value;
        return this.#object(value);
      default:
        this.#bytes += SMALL_BYTES;
        return value;
    }
  }

  #object(value: object): unknown {
    const seen = this.#seen.get(value);
    if (seen !== undefined) return seen;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#plain(value);
    if (Array.isArray(value)) return this.#array(value);
    const copy = this.#special(value);
    this.#seen.set(value, copy);
    return copy;
  }

  #plain(value: object): object {
    const copy: Record<string, unknown> = {};
    this.#seen.set(value, copy);
    this.#properties(value, copy);
    return copy;
  }

  #properties(from: object, to: Record<string, unknown>): void {
    const entries = from as Record<string, unknown>;
    for (const key of Object.keys(from)) {
      this.#bytes += key.length + 2;
      const copy = this.copy(entries[key]);
      if (key === "__proto__") define(to, key, copy);
      else to[key] = copy;
    }
  }

  #array(value: readonly unknown[]): unknown[] {
    const copy = new Array<unknown>(value.length);
    this.#seen.set(value, copy);
    this.#bytes += SMALL_BYTES;
    if (isDense(value)) {
      for (let index = 0; index < value.length; index++) copy[index] = this.copy(value[index]);
    } else this.#properties(value, copy as unknown as Record<string, unknown>);
    return copy;
  }

  /** All but plain objects and arrays. What has parts registers itself before it copies them. */
  #special(value: object): unknown {
    if (hasBrand(value, brands.rpcTarget)) return this.#crossing.capability(value);
    if (value instanceof Error) return this.#error(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof ArrayBuffer) return this.#buffer(value);
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (isBoxed(value)) return Object(value.valueOf());
    if (value instanceof Headers) return new Headers(value);
    if (isHandedOver(value)) return value;
    return this.#crossing.capability(value);
  }

  #error(value: Error): Error {
    const copy = copyError(
      value,
      (part) => this.copy(part),
      (made) => this.#seen.set(value, made),
    );
    this.#bytes += copy.message.length;
    return copy;
  }

  #map(value: Map<unknown, unknown>): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    this.#seen.set(value, copy);
    for (const [key, part] of value) copy.set(this.copy(key), this.copy(part));
    return copy;
  }

  #set(value: Set<unknown>): Set<unknown> {
    const copy = new Set<unknown>();
    this.#seen.set(value, copy);
    for (const part of value) copy.add(this.copy(part));
    return copy;
  }

  #buffer(value: ArrayBuffer): ArrayBuffer {
    this.#bytes += value.byteLength;
    if (this.#bytes > MAX_MESSAGE_BYTES) this.checkSize();
    return value.slice(0);
  }

  /** Only the bytes that the view shows cross; a `Buffer` arrives as a `Uint8Array`. */
  #view(value: ArrayBufferView): object {
    this.#bytes += value.byteLength;
    if (this.#bytes > MAX_MESSAGE_BYTES) this.checkSize();
    const bytes = new Uint8Array(value.byteLength);
    bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (value instanceof Uint8Array) return bytes;
    if (value instanceof DataView) return new DataView(bytes.buffer);
    const make = value.constructor as TypedArrayMaker & { readonly BYTES_PER_ELEMENT: number };
    return new make(bytes.buffer, 0, value.byteLength / make.BYTES_PER_ELEMENT);
  }
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** Whether an array has no holes and no named properties. */
function isDense(value: readonly unknown[]): boolean {
  return Object.keys(value).length === value.length && !Object.hasOwn(value, "__proto__");
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean;
}

/** What belongs to the receiver from now on. Within one process it is the thing itself. */
function isHandedOver(value: object): boolean {
  return (
    value instanceof Request ||
    value instanceof Response ||
    value instanceof ReadableStream ||
    value instanceof WritableStream ||
    value instanceof Blob
  );
}

/** Why a value that is no capability cannot cross. */
export function cannotCross(value: object): Error {
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) {
    return rpcErrors.notCloneable(`#<${value.constructor.name}>`);
  }
  if (value instanceof AbortSignal) return rpcErrors.abortSignal();
  const name: unknown = Reflect.get(value, "constructor")?.name;
  return rpcErrors.unsupportedType(typeof name === "string" && name !== "" ? name : "Object");
}
