import { makeRequest, makeResponse, type RequestParts, type ResponseParts } from "../bodies.ts";
import { bareError } from "../errors.ts";
import type { Hook } from "../hook.ts";
import type { StubScope } from "../scope.ts";
import { type ReceivedStream, receiveReadable, receiveWritable } from "../streams.ts";
import { createServiceStub, keepStub } from "../stub.ts";
import { broken, type Package, type Special } from "./wire.ts";

/** Where what arrives leads to. */
export interface Borrower {
  /** A hook on something that the peer has lent. */
  borrow(target: number, fetches: boolean): Hook;
  /** A hook on something that this side has lent. */
  own(target: number): Hook;
}

/** A value that arrived, and the stubs and streams in it. */
export interface Revived {
  readonly value: unknown;
  readonly stubs: readonly Disposable[];
  readonly streams: readonly ReceivedStream[];
}

/**
 * Makes a value of what came over a port.
 *
 * @param scope holds the stubs
 * @throws FreeholdError `RPC_PROTOCOL`
 */
export function revive(
  { value, specials }: Package,
  borrower: Borrower,
  scope: StubScope | undefined,
): Revived {
  if (specials === undefined) return { value, stubs: [], streams: [] };
  const reviver = new Reviver(specials, borrower, scope);
  return { value: reviver.revive(value), stubs: reviver.stubs, streams: reviver.streams };
}

class Reviver {
  readonly stubs: Disposable[] = [];
  readonly streams: ReceivedStream[] = [];
  readonly #specials: readonly Special[];
  readonly #borrower: Borrower;
  readonly #scope: StubScope | undefined;
  readonly #made = new Map<number, unknown>();
  /** Containers whose parts have not been looked at. */
  readonly #open: object[] = [];
  readonly #seen = new Set<object>();

  constructor(specials: readonly Special[], borrower: Borrower, scope: StubScope | undefined) {
    this.#specials = specials;
    this.#borrower = borrower;
    this.#scope = scope;
  }

  /** Works through a list rather than by recursion: depth is the peer's choice. */
  revive(value: unknown): unknown {
    const revived = this.#part(value);
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      this.#inside(next);
    }
    return revived;
  }

  #part(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (isReference(value)) return this.#special(Number(value.valueOf()));
    if (isContainer(value) && !this.#seen.has(value)) {
      this.#seen.add(value);
      this.#open.push(value);
    }
    return value;
  }

  #inside(container: object): void {
    if (container instanceof Map) {
      const entries = [...container];
      container.clear();
      for (const [key, part] of entries) container.set(this.#part(key), this.#part(part));
    } else if (container instanceof Set) {
      const parts = [...container];
      container.clear();
      for (const part of parts) container.add(this.#part(part));
    } else this.#properties(container, container);
  }

  #properties(from: object, to: object): void {
    for (const key of Object.keys(from)) {
      const part: unknown = Reflect.get(from, key);
      const revived = this.#part(part);
      if (from === to && revived === part) continue;
      Object.defineProperty(to, key, {
        value: revived,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }

  #special(index: number): unknown {
    if (this.#made.has(index)) return this.#made.get(index);
    const special = this.#specials[index];
    if (special === undefined) throw broken("what it refers to");
    // A request cannot be its own body: it would be met again before it is made.
    this.#made.set(index, undefined);
    const made = this.#make(special, index);
    this.#made.set(index, made);
    return made;
  }

  #make(special: Special, index: number): unknown {
    switch (special.kind) {
      case "error":
        return this.#error(special, index);
      case "headers":
        return guarded(() => new Headers(special.entries.map(([name, text]) => [name, text])));
      case "request": {
        const parts = special.parts as RequestParts;
        const whole = { ...parts, body: this.#body(parts.body), cf: this.#part(parts.cf) };
        return guarded(() => makeRequest(whole));
      }
      case "response": {
        const parts = special.parts as ResponseParts;
        const whole = { ...parts, body: this.#body(parts.body) };
        return guarded(() => makeResponse(whole));
      }
      case "readable":
        return this.#stream(receiveReadable(this.#borrower.borrow(special.target, false)));
      case "writable":
        return this.#stream(receiveWritable(this.#borrower.borrow(special.target, false)));
      case "stub":
        return this.#keep(this.#borrower.borrow(special.target, special.fetches));
      case "service":
        return createServiceStub(this.#borrower.borrow(special.target, special.fetches));
      case "own":
        return special.isService
          ? createServiceStub(this.#borrower.own(special.target))
          : this.#keep(this.#borrower.own(special.target));
    }
  }

  #error(special: Special & { readonly kind: "error" }, index: number): Error {
    const { name, message, isException, own } = special;
    const error = isException ? new DOMException(message, name) : bareError(name, message);
    this.#made.set(index, error);
    this.#properties(own, error);
    return error;
  }

  #body(body: unknown): RequestParts["body"] {
    if (body === null || typeof body === "string" || body instanceof Uint8Array) return body;
    const stream = this.#part(body);
    if (stream instanceof ReadableStream) return stream;
    throw broken("a body");
  }

  #keep(hook: Hook): object {
    const stub = keepStub(hook, this.#scope);
    this.stubs.push(stub as Disposable);
    return stub;
  }

  #stream(received: ReceivedStream): object {
    received.adopt(this.#scope);
    this.streams.push(received);
    return received.stream;
  }
}

function isReference(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object BigInt]";
}

function isContainer(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype;
}

/** The web's own classes refuse what they do not like with errors of their own. */
function guarded<T>(make: () => T): T {
  try {
    return make();
  } catch {
    throw broken("a request, response or headers that can be made");
  }
}
