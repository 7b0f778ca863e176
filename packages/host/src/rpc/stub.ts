import { invocation } from "../context.ts";
import { objectErrors, rpcErrors } from "../contract-errors.ts";
import { fetchThrough } from "./fetch.ts";
import type { Hook } from "./hook.ts";
import { checkDepth } from "./lookup.ts";
import { PromiseHook } from "./promise-hook.ts";
import type { StubScope } from "./scope.ts";
import { STUB_STATE, type StubKind, StubState } from "./stub-state.ts";

/** What stubs of functions and targets are instances of: see `RpcStub`, which makes them. */
class StubFace {
  constructor() {
    throw objectErrors.illegalConstructor();
  }
}

/** The prototype of all stubs of functions and targets. */
export const stubPrototype: object = StubFace.prototype;

/** What a remote call returns: a promise that is also a stub of the result to come. */
export class RpcPromise {
  constructor() {
    throw objectErrors.illegalConstructor();
  }
}

/** A property of something remote, read when it is awaited. */
export class RpcProperty {
  constructor() {
    throw objectErrors.illegalConstructor();
  }
}

/** A stub of an entrypoint of a Worker. Its class has the name of the contract: `Fetcher`. */
class Fetcher {
  constructor() {
    throw objectErrors.illegalConstructor();
  }
}

/** The class above, as others extend it. */
export const ServiceStub: new () => object = Fetcher;

/** The client's side of an object. Its class has the name of the contract: `DurableObject`. */
const ObjectStub: { readonly prototype: object } = class DurableObject extends ServiceStub {};

const FACES: Readonly<Record<StubKind, { readonly prototype: object }>> = {
  stub: StubFace,
  promise: RpcPromise,
  property: RpcProperty,
  service: ServiceStub,
  object: ObjectStub,
};

/** Stubs that stay at home, those of facets, have a class of another name. */
const HomeStub: { readonly prototype: object } = class ServiceStub extends Fetcher {};

function faceOf({ kind, hook }: StubState): { readonly prototype: object } {
  return hook.staysHome === true ? HomeStub : FACES[kind];
}

const TAGS: Readonly<Record<StubKind, string>> = {
  stub: "JsRpcStub",
  promise: "JsRpcPromise",
  property: "JsRpcProperty",
  service: "Fetcher",
  object: "DurableObject",
};

/** What hangs below a stub's proxy. */
interface Target {
  readonly [STUB_STATE]: StubState;
}

function stateOf(target: object): StubState {
  return (target as Target)[STUB_STATE];
}

/** Objects' and services' stubs are plain objects; programs may hang their own properties on them. */
function hasOwn(target: object, key: PropertyKey): boolean {
  return typeof target === "object" && key !== STUB_STATE && Object.hasOwn(target, key);
}

/**
 * One handler serves all stubs; its state hangs on the proxy's target. Names are never looked up
 * remotely when they are read: nothing is sent before a call or an `await`.
 */
const handler: ProxyHandler<object> = {
  get(target, key) {
    if (key === STUB_STATE) return stateOf(target);
    if (hasOwn(target, key)) return Reflect.get(target, key);
    if (typeof key === "symbol") return symbolMember(stateOf(target), key);
    return isIndex(key) ? undefined : member(stateOf(target), key);
  },
  has: (target, key) =>
    key === "then" ? isThenable(stateOf(target)) : typeof key === "string" || key === STUB_STATE,
  ownKeys: (target) => Reflect.ownKeys(target).filter((key) => hasOwn(target, key)),
  getOwnPropertyDescriptor: (target, key) =>
    hasOwn(target, key) ? Reflect.getOwnPropertyDescriptor(target, key) : undefined,
  getPrototypeOf: (target) => faceOf(stateOf(target)).prototype,
  apply(target, self: unknown, args: unknown[]) {
    const state = stateOf(target);
    return isJsonCall(state, args) ? jsonForm(self) : call(state, args);
  },
};

/** Stubs have names, no indices. */
function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57 && /^(?:0|[1-9]\d*)$/.test(key);
}

/** Functions and targets: callable. */
export function createStub(hook: Hook): object {
  return callable(new StubState("stub", hook, []));
}

/**
 * As `createStub`, for a stub that its receiver owns: when nobody disposes of it, it ends with the
 * invocation that holds it, or when it is collected.
 */
export function keepStub(hook: Hook, scope: StubScope | undefined): object {
  const state = new StubState("stub", hook, []);
  state.scope = scope;
  scope?.add(hook);
  lost.register(state, { hook, scope }, state);
  return callable(state);
}

/** Stubs that nobody can reach any more. */
const lost = new FinalizationRegistry<{
  readonly hook: Hook;
  readonly scope: StubScope | undefined;
}>(({ hook, scope }) => {
  scope?.delete(hook);
  hook.dispose();
});

/** An entrypoint of a Worker, or an object's stub that was passed on. */
export function createServiceStub(hook: Hook): object {
  return new Proxy({ [STUB_STATE]: new StubState("service", hook, []) }, handler);
}

/** The stub of an object: `name` and `id` are its only own keys. */
export function createObjectStub(hook: Hook, id: object, name: string | undefined): object {
  return new Proxy({ name, id, [STUB_STATE]: new StubState("object", hook, []) }, handler);
}

function callable(state: StubState): object {
  return new Proxy(
    Object.assign(() => undefined, { [STUB_STATE]: state }),
    handler,
  );
}

/** `JSON.stringify` asks every value for `toJSON`: that is no remote call. */
function isJsonCall({ path }: StubState, args: readonly unknown[]): boolean {
  return path.length === 1 && path[0] === "toJSON" && args.length === 1 && isText(args[0]);
}

function jsonForm(stub: unknown): object | undefined {
  return typeof stub === "object" && stub !== null ? { ...stub } : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function member(state: StubState, key: string): unknown {
  switch (key) {
    case "then":
      return isThenable(state) ? thenOf(state) : undefined;
    case "catch":
    case "finally":
      return isThenable(state) ? promiseMethod(state, key) : property(state, key);
    case "constructor":
      return Reflect.get(faceOf(state).prototype, "constructor");
    case "dup":
      return isDisposable(state) ? () => duplicate(state) : property(state, key);
    case "fetch":
      return state.hook.fetch === undefined || state.path.length > 0
        ? property(state, key)
        : (input: unknown, init?: RequestInit) => fetchThrough(state.hook, input, init);
    default:
      if (INDEX.test(key)) return undefined;
      return isInherited(key) ? Reflect.get(Object.prototype, key) : property(state, key);
  }
}

/** Stubs are no lists: numbers name nothing. */
const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** `toString` and its like are those of every object. */
function isInherited(key: string): boolean {
  return key in Object.prototype;
}

function symbolMember(state: StubState, key: symbol): unknown {
  if (key === Symbol.toStringTag) return TAGS[state.kind];
  if (key === Symbol.dispose && isDisposable(state)) return () => disposeStub(state);
  return undefined;
}

function isThenable({ kind }: StubState): boolean {
  return kind === "promise" || kind === "property";
}

function isDisposable({ kind }: StubState): boolean {
  return kind === "stub" || kind === "promise";
}

function property(state: StubState, key: string): object {
  const path = [...state.path, key];
  return callable(new StubState("property", state.hook, path, undefined, state.root));
}

function call(state: StubState, args: readonly unknown[]): object {
  return createPromise(send(state, args));
}

function send(state: StubState, args: readonly unknown[] | undefined): Promise<unknown> {
  if (state.disposed) return Promise.reject(disposedError(state));
  try {
    checkDepth(state.path);
  } catch (error) {
    return Promise.reject(error);
  }
  return state.hook.call(state.path, args);
}

function createPromise(reply: Promise<unknown>): object {
  return callable(new StubState("promise", new PromiseHook(reply), [], reply));
}

function settled(state: StubState): Promise<unknown> {
  return state.reply ?? send(state, undefined);
}

function thenOf(state: StubState): unknown {
  return (
    fulfilled: ((value: unknown) => unknown) | undefined,
    rejected: ((reason: unknown) => unknown) | undefined,
  ) => settled(state).then(fulfilled, rejected);
}

function promiseMethod(state: StubState, key: "catch" | "finally"): unknown {
  return (callback: () => unknown) => settled(state)[key](callback);
}

function duplicate(state: StubState): object {
  if (state.disposed) throw disposedError(state);
  if (state.reply !== undefined) return createPromise(state.reply);
  return keepStub(state.hook.dup(), invocation.getStore()?.stubs);
}

/** What its holder may not use any more. */
export function disposeStub(state: StubState): void {
  if (state.disposed) return;
  state.disposed = true;
  if (state.kind === "stub") {
    state.scope?.delete(state.hook);
    lost.unregister(state);
  }
  state.hook.dispose();
  state.reply?.then(disposeResult, nothing);
}

/** With a promise goes its result. */
function disposeResult(result: unknown): void {
  if (typeof result !== "object" && typeof result !== "function") return;
  const disposer: unknown = result === null ? undefined : Reflect.get(result, Symbol.dispose);
  if (typeof disposer === "function") Reflect.apply(disposer, result, []);
}

function nothing(): undefined {
  return undefined;
}

function disposedError(state: StubState): Error {
  return state.kind === "promise" ? rpcErrors.promiseDisposed() : rpcErrors.stubDisposed();
}
