import type { Hook } from "./hook.ts";
import type { StubScope } from "./scope.ts";

/** Where a stub keeps its state. User code has no way to name it. */
export const STUB_STATE: unique symbol = Symbol("stub state");

export type StubKind = "stub" | "promise" | "property" | "service" | "object";

/** What stands behind a stub's proxy. */
export class StubState {
  readonly kind: StubKind;
  readonly hook: Hook;
  readonly path: readonly string[];
  /** The reply, for a promise. */
  readonly reply: Promise<unknown> | undefined;
  /** Who holds it until it is disposed of. */
  scope: StubScope | undefined;
  disposed = false;
  /** What a property was read from, which must not be collected before it. */
  readonly #parent: StubState | undefined;

  constructor(
    kind: StubKind,
    hook: Hook,
    path: readonly string[],
    reply?: Promise<unknown>,
    parent?: StubState,
  ) {
    this.kind = kind;
    this.hook = hook;
    this.path = path;
    this.reply = reply;
    this.#parent = parent;
  }

  /** The stub at the root of a path. */
  get root(): StubState {
    return this.#parent ?? this;
  }
}

/** The state behind a stub; `undefined` for all other values. */
export function stubState(value: object): StubState | undefined {
  if (!(STUB_STATE in value)) return undefined;
  const state: unknown = Reflect.get(value, STUB_STATE);
  return state instanceof StubState ? state : undefined;
}

export function isStub(value: object): boolean {
  return stubState(value) !== undefined;
}
