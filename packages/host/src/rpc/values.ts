import { rpcErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";
import { type RequestParts, type ResponseParts, takeRequest, takeResponse } from "./bodies.ts";
import { brands, hasBrand } from "./brands.ts";
import { copyError, copyErrorValue } from "./errors.ts";
import { isStub } from "./stub-state.ts";

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
  readable(stream: ReadableStream): object;
  writable(stream: WritableStream): object;
  /** The copy of an error, before its parts are copied. */
  error(copy: Error): object;
  headers(copy: Headers): object;
  request(parts: RequestParts): object;
  response(parts: ResponseParts): object;
  /**
   * Whether instances of the user's classes arrive as plain objects, and errors lose what cannot
   * cross: so it is with what is thrown. Otherwise they are refused.
   */
  readonly isLenient?: boolean;
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
  const { rpcBytes } = currentLimits();
  if (bytes > rpcBytes) throw rpcErrors.tooLarge(bytes + ENVELOPE_BYTES, rpcBytes);
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
    if (prototype === Object.prototype) {
      if (Symbol.iterator in value && isArguments(value)) throw rpcErrors.notCloneable("#<Object>");
      return this.#plain(value);
    }
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
    if (value instanceof Blob) return value;
    return this.#ofTheWeb(value);
  }

  /** What the web platform has besides data. */
  #ofTheWeb(value: object): unknown {
    const crossing = this.#crossing;
    const readable = (stream: ReadableStream) => crossing.readable(stream);
    if (value instanceof Headers) return crossing.headers(new Headers(value));
    if (value instanceof ReadableStream) return crossing.readable(value);
    if (value instanceof WritableStream) return crossing.writable(value);
    if (value instanceof Request) {
      const parts = takeRequest(value, readable);
      return crossing.request({ ...parts, cf: this.copy(parts.cf) });
    }
    if (value instanceof Response) return this.#response(takeResponse(value, readable));
    if (crossing.isLenient === true && isInstance(value)) return this.#plain(value);
    return crossing.capability(value);
  }

  #response(parts: ResponseParts): object {
    const { body } = parts;
    if (typeof body === "string") this.#bytes += body.length;
    else if (body instanceof Uint8Array) this.#bytes += body.byteLength;
    return this.#crossing.response(parts);
  }

  #error(value: Error): unknown {
    const copyWith = this.#crossing.isLenient === true ? copyError : copyErrorValue;
    const copy = copyWith(
      value,
      (part) => this.copy(part),
      (made) => this.#seen.set(value, this.#crossing.error(made)),
    );
    this.#bytes += copy.message.length;
    return this.#seen.get(value);
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
    this.checkSize();
    return value.slice(0);
  }

  /** Views of one buffer still share it; a `Buffer` arrives as a `Uint8Array`. */
  #view(value: ArrayBufferView): object {
    const { buffer, offset } = this.#shown(value);
    if (value instanceof Uint8Array) return new Uint8Array(buffer, offset, value.byteLength);
    if (value instanceof DataView) return new DataView(buffer, offset, value.byteLength);
    const make = value.constructor as TypedArrayMaker & { readonly BYTES_PER_ELEMENT: number };
    return new make(buffer, offset, value.byteLength / make.BYTES_PER_ELEMENT);
  }

  /** The whole buffer crosses with a view. Of the pool behind a `Buffer` only what it shows does. */
  #shown(value: ArrayBufferView): { readonly buffer: ArrayBuffer; readonly offset: number } {
    const { buffer, byteOffset, byteLength } = value;
    const isPart = byteLength < buffer.byteLength;
    if (buffer instanceof ArrayBuffer && !(isPart && Buffer.isBuffer(value))) {
      return { buffer: this.copy(buffer) as ArrayBuffer, offset: byteOffset };
    }
    this.#bytes += byteLength;
    this.checkSize();
    return { buffer: new Uint8Array(buffer, byteOffset, byteLength).slice().buffer, offset: 0 };
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

function isArguments(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object Arguments]";
}

/** Whether it is an object of a class of the user's own. */
function isInstance(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object Object]" && !isStub(value);
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean;
}

/** Why a value that is no capability cannot cross. */
export function cannotCross(value: object): Error {
  const tag = Object.prototype.toString.call(value);
  if (HIDDEN_STATE.test(tag)) return rpcErrors.notCloneable(`#<${tag.slice(8, -1)}>`);
  if (GENERATORS.test(tag)) return rpcErrors.notCloneable(tag);
  if (value instanceof AbortSignal) return rpcErrors.abortSignal();
  const name: unknown = Reflect.get(value, "constructor")?.name;
  return rpcErrors.unsupportedType(typeof name === "string" && name !== "" ? name : "Object");
}

/** JavaScript's own classes whose instances hold what nobody can copy. */
const HIDDEN_STATE = /^\[object (?:Promise|WeakMap|WeakSet|WeakRef)\]$/;
const GENERATORS = /^\[object (?:AsyncGenerator|Generator|.* Iterator)\]$/;
