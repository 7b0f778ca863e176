import { types } from "node:util";
import { facetErrors } from "../contract-errors.ts";
import { makeRequest, makeResponse, type RequestParts, type ResponseParts } from "./bodies.ts";
import { brands, hasBrand } from "./brands.ts";
import { exportTarget, type Peer } from "./local.ts";
import type { StubScope } from "./scope.ts";
import {
  ReadableSource,
  type ReceivedStream,
  receiveReadable,
  receiveWritable,
  WritableSink,
} from "./streams.ts";
import { createServiceStub, createStub, disposeStub, keepStub } from "./stub.ts";
import { type StubState, stubState } from "./stub-state.ts";
import { type Crossing, cannotCross } from "./values.ts";

/**
 * A crossing within one process: the receiver gets its stubs directly. It collects the stubs that it
 * made, so that their receiver can dispose of them together.
 */
export class MemoryCrossing implements Crossing {
  readonly lendsProxies = true;
  readonly #peer: Peer;
  /** Whether what is lent out keeps its owner in memory: results do, arguments do not. */
  readonly #isResult: boolean;
  readonly #scope: StubScope | undefined;
  #made: Disposable[] | undefined;
  #streams: ReceivedStream[] | undefined;

  /** @param scope who holds the stubs of a result; those of arguments end with the call */
  constructor(peer: Peer, isResult: boolean, scope?: StubScope) {
    this.#peer = peer;
    this.#isResult = isResult;
    this.#scope = scope;
  }

  /** Whether anything that has to be ended has crossed. */
  get holds(): boolean {
    return this.#made !== undefined || this.#streams !== undefined;
  }

  capability(value: object): unknown {
    if (hasBrand(value, brands.loopback)) throw cannotCross(value);
    const state = stubState(value);
    if (state !== undefined) return this.#pass(state, value);
    if (hasBrand(value, brands.durableObjectClass)) return value;
    if (isLendable(value)) {
      return this.#keep(this.#lend(value));
    }
    throw cannotCross(value);
  }

  readable(stream: ReadableStream): object {
    return this.#stream(receiveReadable(this.#lend(new ReadableSource(stream))));
  }

  writable(stream: WritableStream): object {
    return this.#stream(receiveWritable(this.#lend(new WritableSink(stream))));
  }

  error(copy: Error): Error {
    return copy;
  }

  headers(copy: Headers): Headers {
    return copy;
  }

  request(parts: RequestParts): object {
    return makeRequest(parts);
  }

  response(parts: ResponseParts): object {
    return makeResponse(parts);
  }

  /** What arrived for a call is held by the code that runs it. Streams outlast the call itself. */
  adopt(scope: StubScope | undefined): void {
    for (const stream of this.#streams ?? []) stream.adopt(scope);
    this.#streams = undefined;
  }

  /** Ends all stubs that crossed. What the receiver duplicated stays. */
  dispose(): void {
    const made = this.#made;
    this.#made = undefined;
    for (const stub of made ?? []) stub[Symbol.dispose]();
  }

  /** It never arrived: streams end as well. */
  discard(): void {
    this.dispose();
    for (const stream of this.#streams ?? []) stream.dispose();
    this.#streams = undefined;
  }

  #lend(target: object): ReturnType<typeof exportTarget> {
    return exportTarget(target, this.#peer, this.#isResult);
  }

  #pass(state: StubState, value: object): unknown {
    if (state.hook.staysHome) throw state.hook.whyHome?.() ?? facetErrors.notSerializable();
    switch (state.kind) {
      case "stub": {
        const hook = state.hook.dup();
        // What is returned is the caller's from then on.
        if (this.#isResult) disposeStub(state);
        return this.#keep(hook);
      }
      case "service":
      case "object":
        return createServiceStub(state.hook.dup());
      default:
        throw cannotCross(value);
    }
  }

  #keep(hook: ReturnType<typeof exportTarget>): object {
    const stub = this.#isResult ? keepStub(hook, this.#scope) : createStub(hook);
    this.#made ??= [];
    this.#made.push(stub as Disposable);
    return stub;
  }

  #stream(received: ReceivedStream): object {
    if (this.#isResult) received.adopt(this.#scope);
    else {
      this.#streams ??= [];
      this.#streams.push(received);
    }
    return received.stream;
  }
}

/** Whether others may get a stub of a value. */
export function isLendable(value: object): boolean {
  if (typeof value === "function" || hasBrand(value, brands.rpcTarget)) return true;
  return types.isProxy(value) && Object.getPrototypeOf(value) === Object.prototype;
}

/** A crossing for what is thrown, which holds no stubs and no streams. */
export class NoStubs implements Crossing {
  readonly isLenient: boolean = true;

  capability(value: object): unknown {
    throw cannotCross(value);
  }

  readable(stream: ReadableStream): never {
    throw cannotCross(stream);
  }

  writable(stream: WritableStream): never {
    throw cannotCross(stream);
  }

  error(copy: Error): Error {
    return copy;
  }

  headers(copy: Headers): Headers {
    return copy;
  }

  request(parts: RequestParts): object {
    return makeRequest(parts);
  }

  response(parts: ResponseParts): object {
    return makeResponse(parts);
  }
}
