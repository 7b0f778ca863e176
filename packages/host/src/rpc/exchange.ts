import { type InvocationContext, invocation } from "../context.ts";
import { brands, hasBrand } from "./brands.ts";
import { remoteError } from "./errors.ts";
import type { Hook } from "./hook.ts";
import { exportTarget, type Peer, type Received } from "./local.ts";
import { invoke } from "./lookup.ts";
import { createServiceStub, createStub } from "./stub.ts";
import { type StubState, stubState } from "./stub-state.ts";
import { type Crossing, cannotCross, copyArguments, copyValue } from "./values.ts";

const NO_ARGUMENTS: readonly unknown[] = [];

/**
 * The caller's side of a call: copies the arguments, lets the call out when what the caller wrote is
 * durable, and lets the reply in when the caller's input gate is open.
 *
 * @param deliver is called at once, or (behind a closed output gate) later
 */
export function send(
  args: readonly unknown[] | undefined,
  deliver: (received: Received) => Promise<unknown>,
): Promise<unknown> {
  const crossing = new MemoryCrossing();
  let received: Received;
  try {
    const copies = args === undefined ? undefined : copyAll(args, crossing);
    received = { args: copies, dispose: () => crossing.dispose() };
  } catch (error) {
    crossing.dispose();
    return Promise.reject(error);
  }
  return outAndBack(() => deliver(received));
}

function copyAll(args: readonly unknown[], crossing: MemoryCrossing): readonly unknown[] {
  return args.length === 0 ? NO_ARGUMENTS : copyArguments(args, crossing);
}

/** Lets something out through the caller's output gate, and its reply in through the input gate. */
export function outAndBack<T>(start: () => Promise<T>): Promise<T> {
  const caller = invocation.getStore();
  if (caller === undefined) return start();
  const gate = caller.gate?.();
  const reply = gate === undefined ? start() : gate.then(start);
  return caller.run === undefined ? reply : comeBack(caller, reply);
}

function comeBack<T>(caller: InvocationContext, reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    reply.then(
      (value) => caller.run?.(() => resolve(value)),
      (error: unknown) => caller.run?.(() => reject(error)),
    );
  });
}

/**
 * The receiver's side of a call: runs the method and copies what it returns or throws. To be called
 * in the context of the target.
 *
 * @param objectId goes onto errors that the target's own code threw
 */
export function answer(
  target: object,
  path: readonly string[],
  received: Received,
  objectId: string | undefined,
): unknown {
  let result: unknown;
  try {
    result = invoke(target, path, received.args);
  } catch (error) {
    received.dispose();
    throw thrown(error, objectId);
  }
  if (isThenable(result)) {
    return result.then(
      (value) => finish(value, received),
      (error: unknown) => {
        received.dispose();
        throw thrown(error, objectId);
      },
    );
  }
  return finish(result, received);
}

/** Copies the result for the caller, who owns the stubs in it. Parameters' stubs end here. */
function finish(value: unknown, received: Received): unknown {
  const crossing = new MemoryCrossing();
  try {
    const copy = copyValue(value, crossing);
    if (typeof copy === "object" && copy !== null) makeDisposable(copy, crossing);
    return copy;
  } catch (error) {
    crossing.dispose();
    throw thrown(error, undefined);
  } finally {
    received.dispose();
  }
}

function makeDisposable(result: object, crossing: MemoryCrossing): void {
  if (Symbol.dispose in result || !Object.isExtensible(result)) return;
  Object.defineProperty(result, Symbol.dispose, {
    value: () => crossing.dispose(),
    configurable: true,
    writable: true,
  });
}

/** What the caller gets to see of something that was thrown. */
export function thrown(error: unknown, objectId: string | undefined): unknown {
  const crossing = new MemoryCrossing();
  return remoteError(error, objectId, (part) => copyValue(part, noFunctions(crossing)));
}

/** Errors carry no stubs. */
function noFunctions(crossing: MemoryCrossing): Pick<MemoryCrossing, "capability"> {
  return {
    capability(value) {
      if (typeof value === "function") throw new TypeError("functions do not cross with errors");
      return crossing.capability(value);
    },
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof Reflect.get(value, "then") === "function";
}

/**
 * A crossing within one process: the receiver gets its stubs directly. It collects the stubs that it
 * made, so that their receiver can dispose of them together.
 */
class MemoryCrossing implements Crossing {
  #made: Disposable[] | undefined;

  capability(value: object): unknown {
    const state = stubState(value);
    if (state !== undefined) return this.#pass(state, value);
    if (typeof value === "function" || hasBrand(value, brands.rpcTarget)) {
      return this.#keep(createStub(exportTarget(value, peer)));
    }
    throw cannotCross(value);
  }

  /** Ends all stubs that crossed. What the receiver duplicated stays. */
  dispose(): void {
    const made = this.#made;
    this.#made = undefined;
    for (const stub of made ?? []) stub[Symbol.dispose]();
  }

  #pass(state: StubState, value: object): unknown {
    switch (state.kind) {
      case "stub":
        return this.#keep(createStub(state.hook.dup()));
      case "service":
      case "object":
        return createServiceStub(state.hook.dup());
      default:
        throw cannotCross(value);
    }
  }

  #keep(stub: object): object {
    this.#made ??= [];
    this.#made.push(stub as Disposable);
    return stub;
  }
}

/** How things that this process lends out are called from within it. */
const peer: Peer = { send, answer };

/** Lends out a target of the current invocation. */
export function lend(target: object): Hook {
  return exportTarget(target, peer);
}
