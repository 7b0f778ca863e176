import { admitted, invocation } from "../context.ts";
import { remoteError } from "./errors.ts";
import type { Hook } from "./hook.ts";
import { exportTarget, type Peer, type Received } from "./local.ts";
import { invoke } from "./lookup.ts";
import { MemoryCrossing, NoStubs } from "./memory.ts";
import type { StubScope } from "./scope.ts";
import { isStub } from "./stub-state.ts";
import { copyArguments, copyValue } from "./values.ts";

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
  const scope = invocation.getStore()?.stubs;
  if (args === undefined || args.length === 0) {
    const received = new Arrived(
      args === undefined ? undefined : NO_ARGUMENTS,
      0,
      scope,
      undefined,
    );
    return outAndBack(() => deliver(received));
  }
  const crossing = new MemoryCrossing(peer, false);
  let received: Received;
  try {
    const { values, bytes } = copyArguments(args, crossing);
    received = new Arrived(values, bytes, scope, crossing.holds ? crossing : undefined);
  } catch (error) {
    crossing.discard();
    return Promise.reject(error);
  }
  const reply = outAndBack(() => deliver(received));
  // When the call never came to its method, nobody else ends what came with it.
  if (crossing.holds) reply.then(undefined, () => crossing.discard());
  return reply;
}

/** The arguments of one call on the receiver's side. */
class Arrived implements Received {
  readonly args: readonly unknown[] | undefined;
  readonly bytes: number;
  readonly scope: StubScope | undefined;
  readonly #crossing: MemoryCrossing | undefined;

  constructor(
    args: readonly unknown[] | undefined,
    bytes: number,
    scope: StubScope | undefined,
    crossing: MemoryCrossing | undefined,
  ) {
    this.args = args;
    this.bytes = bytes;
    this.scope = scope;
    this.#crossing = crossing;
  }

  arrive(): void {
    this.#crossing?.adopt(invocation.getStore()?.stubs);
  }

  dispose(): void {
    this.#crossing?.dispose();
  }
}

/** Lets something out through the caller's output gate, and its reply in through the input gate. */
export function outAndBack<T>(start: () => Promise<T>): Promise<T> {
  const gate = invocation.getStore()?.gate?.();
  return admitted(gate === undefined ? start() : gate.then(start));
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
  received.arrive();
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
  if ((typeof value !== "object" && typeof value !== "function") || value === null) {
    received.dispose();
    return primitive(value);
  }
  const crossing = new MemoryCrossing(peer, true, received.scope);
  try {
    const copy = copyValue(value, crossing);
    if (typeof copy === "object" && copy !== null) {
      makeDisposable(copy, () => crossing.dispose());
    }
    return copy;
  } catch (error) {
    crossing.discard();
    throw thrown(error, undefined);
  } finally {
    received.dispose();
  }
}

function primitive(value: unknown): unknown {
  try {
    return copyValue(value, noStubs);
  } catch (error) {
    throw thrown(error, undefined);
  }
}

/** Gives a result the disposer that ends every stub in it. */
export function makeDisposable(result: object, dispose: () => void): void {
  if (Symbol.dispose in result || !Object.isExtensible(result)) return;
  Object.defineProperty(result, Symbol.dispose, {
    value: dispose,
    configurable: true,
    writable: true,
  });
}

/** What the caller gets to see of something that was thrown. */
export function thrown(error: unknown, objectId: string | undefined): unknown {
  return remoteError(error, objectId, (part) => copyValue(part, errorParts));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof Reflect.get(value, "then") === "function";
}

/** How things that this process lends out are called from within it. */
const peer: Peer = { send, answer };

const noStubs = new NoStubs();

/** Errors carry no stubs. Instances in them arrive as plain objects. */
class ErrorParts extends NoStubs {
  override capability(value: object): unknown {
    const isInstance = Object.prototype.toString.call(value) === "[object Object]";
    if (!isInstance || isStub(value)) return super.capability(value);
    return copyValue({ ...value }, this);
  }
}

const errorParts = new ErrorParts();

/** Lends out a target of the current invocation. */
export function lend(target: object): Hook {
  return exportTarget(target, peer, false);
}
