import { invocation, runOutside } from "../../context.ts";
import { rpcErrors } from "../../contract-errors.ts";
import { deliveredRequest } from "../../http/request.ts";
import { makeDisposable, outAndBack } from "../exchange.ts";
import type { Hook } from "../hook.ts";
import type { StubScope } from "../scope.ts";
import { createServiceStub, createStub } from "../stub.ts";
import { copyArguments, copyValue } from "../values.ts";
import { type Lender, PortCrossing } from "./encode.ts";
import { type Borrower, type Revived, revive } from "./revive.ts";
import type { Transport } from "./transport.ts";
import { broken, type Frame, MAIN, type Package, readFrame } from "./wire.ts";

/** How many calls of the peer may be under way, and how many things it may hold. */
const MAX_CALLS = 65_536;
const MAX_LENT = 1_000_000;

export interface SessionOptions {
  /** What the peer may call first. */
  readonly main?: Hook;
  /** Told why the session ended, when it was the peer's fault. */
  readonly onError?: (error: unknown) => void;
}

interface Waiting {
  readonly scope: StubScope | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * One end of remote calls over a port. Calls arrive in the order in which they were made. When the port
 * closes, or the peer breaks the rules, all calls fail as disconnected, and what was lent is given back.
 */
export class PortSession implements Lender, Borrower {
  readonly #transport: Transport;
  readonly #onError: (error: unknown) => void;
  readonly #lent = new Map<number, Hook>();
  readonly #waiting = new Map<number, Waiting>();
  #lastTarget = MAIN;
  #lastCall = 0;
  #running = 0;
  /** How many things of the peer are held. */
  #borrowed = 0;
  #isClosed = false;

  constructor(transport: Transport, { main, onError = () => undefined }: SessionOptions = {}) {
    this.#transport = transport;
    this.#onError = onError;
    if (main !== undefined) this.#lent.set(MAIN, main);
    transport.listen(
      (message) => this.#receive(message),
      () => this.close(),
    );
  }

  /** A stub of what the peer lends first. */
  stub(): object {
    return createStub(this.borrow(MAIN, false));
  }

  /** The same, when that is an entrypoint. */
  service(): object {
    return createServiceStub(this.borrow(MAIN, true));
  }

  /** Nothing is under way, and nothing of the peer's is held but what it lends first. */
  get isQuiet(): boolean {
    return this.#waiting.size === 0 && this.#running === 0 && this.#borrowed === 0;
  }

  /** @param makeReason what calls that wait for an answer fail with. Default: as disconnected. */
  close(makeReason: () => Error = rpcErrors.connectionLost): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#transport.close();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(makeReason());
    const lent = [...this.#lent.values()];
    this.#lent.clear();
    for (const hook of lent) hook.dispose();
  }

  lend(hook: Hook): number {
    if (this.#isClosed) hook.dispose();
    this.#lastTarget += 1;
    this.#lent.set(this.#lastTarget, hook);
    return this.#lastTarget;
  }

  numberOf(hook: Hook): number | undefined {
    return hook instanceof PortHook && hook.session === this ? hook.target : undefined;
  }

  release(target: number): void {
    this.#lent.get(target)?.dispose();
    this.#lent.delete(target);
  }

  borrow(target: number, fetches: boolean): Hook {
    if (target !== MAIN) this.#borrowed += 1;
    return new PortHook(this, new Borrowed(target), fetches);
  }

  /** The last hook on something of the peer is gone. */
  giveBack(target: number): void {
    if (target === MAIN) return;
    this.#borrowed -= 1;
    this.post({ type: "release", target });
  }

  own(target: number): Hook {
    const hook = this.#lent.get(target);
    if (hook === undefined) throw broken("something that is lent");
    return hook.dup();
  }

  /** Sends a request and waits for its reply. */
  request(makeFrame: (id: number) => Frame, scope: StubScope | undefined): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(rpcErrors.connectionLost());
    this.#lastCall += 1;
    const id = this.#lastCall;
    return new Promise((resolve, reject) => {
      this.post(makeFrame(id));
      this.#waiting.set(id, { scope, resolve, reject });
    });
  }

  post(frame: Frame): void {
    if (!this.#isClosed) this.#transport.send(frame);
  }

  #receive(message: unknown): void {
    if (this.#isClosed) return;
    try {
      runOutside(() => this.#handle(readFrame(message)));
    } catch (error) {
      this.close();
      this.#onError(error);
    }
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case "call":
      case "fetch":
        this.#run(frame);
        return;
      case "return":
        this.#returned(frame);
        return;
      case "throw":
        this.#take(frame.id).reject(revive(frame.error, this, undefined).value);
        return;
      case "release":
        if (!this.#lent.has(frame.target)) throw broken("something that is lent");
        this.release(frame.target);
    }
  }

  #returned(frame: Frame & { readonly type: "return" }): void {
    const { scope, resolve } = this.#take(frame.id);
    const revived = revive(frame.value, this, scope);
    const { value } = revived;
    if (typeof value === "object" && value !== null) makeDisposable(value, () => end(revived));
    resolve(value);
  }

  #take(id: number): Waiting {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) throw broken("an answer to something that was asked");
    this.#waiting.delete(id);
    return waiting;
  }

  #run(frame: Frame & { readonly type: "call" | "fetch" }): void {
    if (this.#running >= MAX_CALLS || this.#lent.size >= MAX_LENT) throw broken("moderation");
    const hook = this.#lent.get(frame.target);
    this.#running += 1;
    const reply =
      hook === undefined
        ? Promise.reject(rpcErrors.stubDisposed())
        : frame.type === "call"
          ? this.#call(hook, frame)
          : this.#fetch(hook, frame);
    reply.then(
      (value) => this.#answer(frame.id, value),
      (error: unknown) => this.#fail(frame.id, error),
    );
  }

  /** What came with a call is copied before it returns; from then on it is the target's. */
  #call(hook: Hook, frame: Frame & { readonly type: "call" }): Promise<unknown> {
    if (frame.args === undefined) return hook.call(frame.path, undefined);
    const revived = revive(frame.args, this, undefined);
    if (!Array.isArray(revived.value)) throw broken("a list of arguments");
    const reply = hook.call(frame.path, revived.value);
    for (const stub of revived.stubs) stub[Symbol.dispose]();
    return reply;
  }

  #fetch(hook: Hook, frame: Frame & { readonly type: "fetch" }): Promise<unknown> {
    const { value } = revive(frame.request, this, undefined);
    if (!(value instanceof Request)) throw broken("a request");
    return hook.fetch?.(value) ?? Promise.reject(rpcErrors.noSuchMethod("fetch"));
  }

  #answer(id: number, value: unknown): void {
    this.#running -= 1;
    const crossing = new PortCrossing(this);
    try {
      const copy = copyValue(value, crossing);
      this.post({ type: "return", id, value: crossing.pack(copy) });
    } catch (error) {
      crossing.discard();
      this.#fail(id, error, 0);
    } finally {
      disposeOf(value);
    }
  }

  #fail(id: number, error: unknown, finished = 1): void {
    this.#running -= finished;
    try {
      this.post({ type: "throw", id, error: packError(error, this) });
    } catch (problem) {
      this.post({ type: "throw", id, error: packError(new Error(String(problem)), this) });
    }
  }
}

/** Something that the peer has lent, until the last hook on it is gone. */
class Borrowed {
  readonly target: number;
  hooks = 0;

  constructor(target: number) {
    this.target = target;
  }
}

class PortHook implements Hook {
  readonly session: PortSession;
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly #borrowed: Borrowed;
  #isDisposed = false;

  constructor(session: PortSession, borrowed: Borrowed, fetches: boolean) {
    this.session = session;
    this.#borrowed = borrowed;
    borrowed.hooks += 1;
    if (fetches) this.fetch = (request) => this.#fetch(request);
  }

  get target(): number {
    return this.#borrowed.target;
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    if (this.#isDisposed) return Promise.reject(rpcErrors.stubDisposed());
    const { session, target } = this;
    const crossing = new PortCrossing(session);
    try {
      const copies = args && crossing.pack(copyArguments(args, crossing).values);
      return this.#send((id) => ({ type: "call", id, target, path, args: copies }));
    } catch (error) {
      crossing.discard();
      return Promise.reject(error);
    }
  }

  dup(): Hook {
    if (this.#isDisposed) throw rpcErrors.stubDisposed();
    return new PortHook(this.session, this.#borrowed, this.fetch !== undefined);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#borrowed.hooks -= 1;
    if (this.#borrowed.hooks === 0) this.session.giveBack(this.target);
  }

  async #fetch(request: Request): Promise<Response> {
    const { session, target } = this;
    const crossing = new PortCrossing(session);
    const packed = crossing.pack(copyValue(deliveredRequest(request), crossing));
    const reply = await this.#send((id) => ({ type: "fetch", id, target, request: packed }));
    if (!(reply instanceof Response)) throw rpcErrors.connectionLost();
    return reply;
  }

  #send(makeFrame: (id: number) => Frame): Promise<unknown> {
    const scope = invocation.getStore()?.stubs;
    return outAndBack(() => this.session.request(makeFrame, scope));
  }
}

function packError(error: unknown, lender: Lender): Package {
  const crossing = new PortCrossing(lender, false);
  const copy = copyValue(error, crossing);
  return crossing.pack(copy);
}

function end({ stubs }: Revived): void {
  for (const stub of stubs) stub[Symbol.dispose]();
}

/** Results of calls within this process are disposed of by whoever made the call. */
function disposeOf(value: unknown): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  const disposer: unknown = Reflect.get(value, Symbol.dispose);
  if (typeof disposer === "function") Reflect.apply(disposer, value, []);
}
