import { types } from "node:util";
import { rpcErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";
import { type RequestParts, type ResponseParts, takeRequest, takeResponse } from "./bodies.ts";
import { brands, hasBrand } from "./brands.ts";
import { copyError, copyErrorValue } from "./errors.ts";
import { WireSize } from "./size.ts";
import { isStub } from "./stub-state.ts";

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
  /** Whether a proxy of a plain object is lent, as its traps may do anything. Otherwise it is copied. */
  readonly lendsProxies?: boolean;
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
  copier.size.check();
  return copy;
}

/** Arguments on their way, and how large they are. */
export interface CopiedArguments {
  readonly values: unknown[];
  readonly bytes: number;
}

/** Copies arguments; their number is kept, and they may share parts. */
export function copyArguments(args: readonly unknown[], crossing: Crossing): CopiedArguments {
  const values = new Array<unknown>(args.length);
  const copier = new Copier(crossing);
  copier.size.list(args.length);
  for (let index = 0; index < args.length; index++) values[index] = copier.copy(args[index]);
  copier.size.check();
  return { values, bytes: copier.size.bytes };
}

type Primitive = string | number | bigint | boolean | symbol | null | undefined;

function isPrimitive(value: unknown): value is Primitive {
  return (typeof value !== "object" && typeof value !== "function") || value === null;
}

function copyPrimitive(value: Primitive): Primitive {
  if (typeof value === "symbol") throw rpcErrors.notCloneable(String(value));
  if (typeof value === "string" && 2 * value.length + ENVELOPE_BYTES > currentLimits().rpcBytes) {
    const size = new WireSize();
    size.text(value);
    size.check();
  }
  return value;
}

/** What a text may need besides its letters. */
const ENVELOPE_BYTES = 16;

type TypedArrayMaker = new (buffer: ArrayBuffer, offset: number, length: number) => object;

class Copier {
  readonly #crossing: Crossing;
  /** Parts that were seen: cycles and shared parts keep their shape. */
  readonly #seen = new Map<object, unknown>();
  readonly size = new WireSize();

  constructor(crossing: Crossing) {
    this.#crossing = crossing;
  }

  copy(value: unknown): unknown {
    switch (typeof value) {
      case "symbol":
        throw rpcErrors.notCloneable(String(value));
      case "function":
        return this.#seen.get(value) ?? this.#lent(value);
      case "object":
        if (value !== null) return this.#object(value);
        this.size.primitive(value);
        return value;
      default:
        this.size.primitive(value);
        return value;
    }
  }

  #object(value: object): unknown {
    const seen = this.#seen.get(value);
    if (seen !== undefined) {
      this.size.reference();
      return seen;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) {
      if (Symbol.iterator in value && isArguments(value)) throw rpcErrors.notCloneable("#<Object>");
      if (this.#crossing.lendsProxies === true && types.isProxy(value)) return this.#lent(value);
      return this.#plain(value);
    }
    if (Array.isArray(value)) return this.#array(value);
    const copy = this.#special(value);
    this.#seen.set(value, copy);
    return copy;
  }

  #lent(value: object): unknown {
    const stub = this.#capability(value);
    this.#seen.set(value, stub);
    return stub;
  }

  #plain(value: object): object {
    const copy: Record<string, unknown> = {};
    this.#seen.set(value, copy);
    this.#properties(value, copy);
    return copy;
  }

  #properties(from: object, to: Record<string, unknown>): void {
    const entries = from as Record<string, unknown>;
    const keys = Object.keys(from);
    this.size.group(keys.length);
    for (const key of keys) {
      this.size.text(key);
      const copy = this.copy(entries[key]);
      if (key === "__proto__") define(to, key, copy);
      else to[key] = copy;
    }
  }

  #array(value: readonly unknown[]): unknown[] {
    const copy = new Array<unknown>(value.length);
    this.#seen.set(value, copy);
    this.size.list(value.length);
    if (isDense(value)) {
      for (let index = 0; index < value.length; index++) copy[index] = this.copy(value[index]);
    } else this.#properties(value, copy as unknown as Record<string, unknown>);
    return copy;
  }

  /** All but plain objects and arrays. What has parts registers itself before it copies them. */
  #special(value: object): unknown {
    if (hasBrand(value, brands.rpcTarget)) return this.#capability(value);
    if (value instanceof Error) return this.#error(value);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof ArrayBuffer) return this.#buffer(value);
    if (value instanceof Date) {
      this.size.date();
      return new Date(value.getTime());
    }
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (isBoxed(value)) return Object(value.valueOf());
    if (value instanceof Blob && !(value instanceof File)) return value;
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
    if (value instanceof Response) return crossing.response(takeResponse(value, readable));
    if (crossing.isLenient === true && isInstance(value)) return this.#plain(value);
    return this.#capability(value);
  }

  /** What is called, read or written where it is costs nothing here. */
  #capability(value: object): unknown {
    this.size.special();
    return this.#crossing.capability(value);
  }

  #error(value: Error): unknown {
    const copyWith = this.#crossing.isLenient === true ? copyError : copyErrorValue;
    const copy = copyWith(
      value,
      (part) => this.copy(part),
      (made) => this.#seen.set(value, this.#crossing.error(made)),
    );
    this.size.error(copy.message);
    return this.#seen.get(value);
  }

  #map(value: Map<unknown, unknown>): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    this.#seen.set(value, copy);
    this.size.group(2 * value.size);
    for (const [key, part] of value) copy.set(this.copy(key), this.copy(part));
    return copy;
  }

  #set(value: Set<unknown>): Set<unknown> {
    const copy = new Set<unknown>();
    this.#seen.set(value, copy);
    this.size.group(value.size);
    for (const part of value) copy.add(this.copy(part));
    return copy;
  }

  #buffer(value: ArrayBuffer): ArrayBuffer {
    this.size.block(value.byteLength);
    this.size.check();
    return value.slice(0);
  }

  /** Views of one buffer still share it; a `Buffer` arrives as a `Uint8Array`. */
  #view(value: ArrayBufferView): object {
    this.size.view(value.byteOffset, value.byteLength);
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
    this.size.block(byteLength);
    this.size.check();
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
const GENERATORS = /^\[object (?:AsyncGenerator|Generator|Symbol|.* Iterator)\]$/;
