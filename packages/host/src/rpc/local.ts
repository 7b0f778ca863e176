import { AsyncLocalStorage } from "node:async_hooks";
import { type InvocationContext, invocation } from "../context.ts";
import { rpcErrors } from "../contract-errors.ts";
import type { Hook } from "./hook.ts";
import type { StubScope } from "./scope.ts";

/** Arguments on the receiver's side, with the stubs that came with them. */
export interface Received {
  readonly args: readonly unknown[] | undefined;
  /** Roughly how large they are. */
  readonly bytes: number;
  /** Who is to hold the stubs of the result. */
  readonly scope: StubScope | undefined;
  /** To be called where the method runs, before it does. */
  arrive(): void;
  /** Ends the stubs that the arguments brought: to be called when the method has settled. */
  dispose(): void;
}

/** The two sides of a call on something that was lent out. */
export interface Peer {
  /** The caller's side. */
  send(
    args: readonly unknown[] | undefined,
    deliver: (received: Received) => Promise<unknown>,
  ): Promise<unknown>;
  /** The receiver's side. */
  answer(
    target: object,
    path: readonly string[],
    received: Received,
    objectId: string | undefined,
  ): unknown;
}

/** A function, plain object or `RpcTarget` that others hold stubs of, and where it belongs. */
class Export {
  readonly target: object;
  readonly #owner: InvocationContext | undefined;
  readonly #inContext: <R>(callback: () => R) => R;
  readonly #letGo: (() => void) | undefined;
  #stubs = 0;

  /** @param holdsOwner whether the code that lent it stays until the last stub is gone */
  constructor(target: object, holdsOwner: boolean) {
    this.target = target;
    this.#owner = invocation.getStore();
    this.#inContext = AsyncLocalStorage.snapshot();
    this.#owner?.lends?.();
    if (holdsOwner) this.#letGo = this.#owner?.hold?.(nothing);
  }

  /** The code that lent it is gone. */
  get isOver(): boolean {
    return this.#owner?.isOver === true;
  }

  hold(): void {
    this.#stubs += 1;
  }

  /** After the last stub the target's own disposer runs, in a task of its own. */
  release(): void {
    this.#stubs -= 1;
    if (this.#stubs > 0) return;
    const disposer: unknown = Reflect.get(this.target, Symbol.dispose);
    if (typeof disposer === "function") queueMicrotask(() => this.#disposeBy(disposer));
    else this.#letGo?.();
  }

  #disposeBy(disposer: CallableFunction): void {
    const run = () => {
      // Nobody is left whom it would tell.
      if (this.#owner?.isOver === true) return;
      try {
        Reflect.apply(disposer, this.target, []);
      } catch (error) {
        this.#owner?.uncaught?.(error);
      }
      this.#letGo?.();
    };
    this.#inContext(() => (this.#owner?.run === undefined ? run() : this.#owner.run(run)));
  }

  /** Runs work where the target belongs: as an event of its object, or at once. */
  receive<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.isOver) return Promise.reject(rpcErrors.hostGone());
    if (this.#owner?.call !== undefined) return this.#owner.call(work);
    return new Promise((resolve) => {
      queueMicrotask(() => resolve(this.#inContext(async () => await work())));
    });
  }
}

/** A hook on something in this process. */
class LocalHook implements Hook {
  readonly #exported: Export;
  readonly #peer: Peer;
  readonly #endsWithOwner: boolean;
  #disposed = false;

  /** @param endsWithOwner whether it counts as disposed of when the code that lent it is gone */
  constructor(exported: Export, peer: Peer, endsWithOwner: boolean) {
    this.#exported = exported;
    this.#peer = peer;
    this.#endsWithOwner = endsWithOwner;
    exported.hold();
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    if (this.#disposed) return Promise.reject(rpcErrors.stubDisposed());
    const exported = this.#exported;
    if (this.#endsWithOwner && exported.isOver) return Promise.reject(rpcErrors.stubDisposed());
    const { send, answer } = this.#peer;
    return send(args, (received) =>
      exported.receive(() => answer(exported.target, path, received, undefined)),
    );
  }

  dup(): Hook {
    if (this.#disposed) throw rpcErrors.stubDisposed();
    return new LocalHook(this.#exported, this.#peer, false);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#exported.release();
  }
}

/**
 * Lends out a target of the current invocation.
 *
 * @param holdsOwner whether the code that lends it stays until the last stub is gone; otherwise the
 *   first stub ends with that code
 */
export function exportTarget(target: object, peer: Peer, holdsOwner: boolean): Hook {
  return new LocalHook(new Export(target, holdsOwner), peer, !holdsOwner);
}

function nothing(): undefined {
  return undefined;
}
