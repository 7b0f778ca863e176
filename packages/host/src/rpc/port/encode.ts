import { facetErrors } from "../../contract-errors.ts";
import type { RequestParts, ResponseParts } from "../bodies.ts";
import { brands, hasBrand } from "../brands.ts";
import { lend } from "../exchange.ts";
import type { Hook } from "../hook.ts";
import { isLendable } from "../memory.ts";
import { ReadableSource, WritableSink } from "../streams.ts";
import { type StubState, stubState } from "../stub-state.ts";
import { type Crossing, cannotCross } from "../values.ts";
import type { Package, Special } from "./wire.ts";

/** What a session lends for a message. */
export interface Lender {
  /** Answers the number by which the peer calls it. */
  lend(hook: Hook): number;
  /** The peer's own number of something that the peer has lent; `undefined` for all else. */
  numberOf(hook: Hook): number | undefined;
  release(target: number): void;
}

/** A crossing over a port: what is special stays behind as a number. */
export class PortCrossing implements Crossing {
  readonly #lender: Lender;
  readonly #carriesStubs: boolean;
  readonly #specials: (Special | Error)[] = [];
  readonly #lent: number[] = [];

  /** @param carriesStubs what is thrown carries none */
  constructor(lender: Lender, carriesStubs = true) {
    this.#lender = lender;
    this.#carriesStubs = carriesStubs;
  }

  get lendsProxies(): boolean {
    return this.#carriesStubs;
  }

  get isLenient(): boolean {
    return !this.#carriesStubs;
  }

  capability(value: object): object {
    if (!this.#carriesStubs || hasBrand(value, brands.loopback)) throw cannotCross(value);
    const state = stubState(value);
    if (state !== undefined) return this.#pass(state, value);
    if (!isLendable(value)) throw cannotCross(value);
    return this.#special({ kind: "stub", target: this.#lend(lend(value)), fetches: false });
  }

  readable(stream: ReadableStream): object {
    const target = this.#lend(lend(new ReadableSource(stream)));
    return this.#special({ kind: "readable", target });
  }

  writable(stream: WritableStream): object {
    return this.#special({ kind: "writable", target: this.#lend(lend(new WritableSink(stream))) });
  }

  /** Its parts are not copied yet. */
  error(copy: Error): object {
    return this.#special(copy);
  }

  headers(copy: Headers): object {
    return this.#special({ kind: "headers", entries: [...copy] });
  }

  request(parts: RequestParts): object {
    return this.#special({ kind: "request", parts });
  }

  response(parts: ResponseParts): object {
    return this.#special({ kind: "response", parts });
  }

  /** The value, once it is copied, as it goes over the port. */
  pack(value: unknown): Package {
    if (this.#specials.length === 0) return { value, specials: undefined };
    return { value, specials: this.#specials.map(formOf) };
  }

  /** It does not cross after all. */
  discard(): void {
    for (const target of this.#lent) this.#lender.release(target);
  }

  #pass(state: StubState, value: object): object {
    const { hook, kind } = state;
    if (hook.staysHome) throw hook.whyHome?.() ?? facetErrors.notSerializable();
    if (kind !== "stub" && kind !== "service" && kind !== "object") throw cannotCross(value);
    const isService = kind !== "stub";
    const own = this.#lender.numberOf(hook);
    if (own !== undefined) return this.#special({ kind: "own", target: own, isService });
    const target = this.#lend(hook.dup());
    const fetches = hook.fetch !== undefined;
    return this.#special({ kind: isService ? "service" : "stub", target, fetches });
  }

  #lend(hook: Hook): number {
    const target = this.#lender.lend(hook);
    this.#lent.push(target);
    return target;
  }

  #special(special: Special | Error): object {
    this.#specials.push(special);
    return Object(BigInt(this.#specials.length - 1)) as object;
  }
}

function formOf(special: Special | Error): Special {
  if (!(special instanceof Error)) return special;
  const isException = special instanceof DOMException;
  const own: Record<string, unknown> = {};
  for (const key of isException ? Object.keys(special) : Object.getOwnPropertyNames(special)) {
    if (key === "stack" || key === "message") continue;
    Object.defineProperty(own, key, { value: Reflect.get(special, key), enumerable: true });
  }
  const name = isException ? special.name : special.constructor.name;
  return { kind: "error", name, message: special.message, isException, own };
}
