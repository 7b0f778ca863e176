import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopbackClass } from "../bindings/durable-objects.ts";
import { setUp, TestObject, type TestStub, version } from "../objects/test-kit.ts";
import { type OpenObjectStoresOptions, openObjectStores } from "../storage/open.ts";
import { TestClock } from "../test-clock.ts";

/** For tests: `ctx` with facets and storage. */
export interface FacetState {
  readonly id: { readonly name?: string } | string;
  readonly props: unknown;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly storage: {
    readonly kv: {
      put(key: string, value: unknown): void;
      get(key: string): unknown;
      list(): Iterable<unknown>;
    };
    deleteAll(): Promise<void>;
    setAlarm(time: number): Promise<void>;
    transaction<T>(closure: () => Promise<T>): Promise<T>;
  };
  readonly facets: {
    get(name?: unknown, start?: unknown): FacetStub;
    abort(name?: unknown, ...reason: unknown[]): void;
    delete(name?: unknown): void;
    clone(from?: unknown, to?: unknown): void;
  };
  abort(reason?: string): never;
  acceptWebSocket(socket: unknown): void;
  getWebSockets(): WebSocket[];
}

export type FacetStub = TestStub;

let made = 0;

/** Lets go on what {@link Node.leaveBehind} has begun. */
export const leftBehind = Promise.withResolvers<void>();

/** A class that is its own child's. */
export class Node extends TestObject {
  readonly serial: number;
  count = 0;

  constructor(ctx: unknown, env: unknown) {
    super(ctx, env);
    made += 1;
    this.serial = made;
  }

  get #state(): FacetState {
    return this.ctx as unknown as FacetState;
  }

  which() {
    return this.serial;
  }
  next() {
    this.count += 1;
    return this.count;
  }
  put(key: string, value: unknown) {
    this.#state.storage.kv.put(key, value);
  }
  get(key: string) {
    return this.#state.storage.kv.get(key);
  }
  identity() {
    const { id, props } = this.#state;
    return [typeof id === "string" ? id : id.name, props];
  }
  child(name: string, startup: object = {}): FacetStub {
    const { facets, exports } = this.#state;
    return facets.get(name, () => ({ class: exports.Node, ...startup }));
  }
  /** Calls a method of the facet that a path leads to. */
  async at(path: readonly string[], method: string, ...args: unknown[]): Promise<unknown> {
    const [name, ...rest] = path;
    if (name === undefined) throw new Error("no path");
    const child = this.child(name);
    return rest.length > 0 ? child.at!(rest, method, ...args) : child[method]!(...args);
  }
  /** Runs a test's own code in the object. */
  run(code: (node: Node, state: FacetState) => unknown) {
    return code(this, this.#state);
  }
  deleteAll() {
    return this.#state.storage.deleteAll();
  }
  reset() {
    this.#state.abort("reset from within");
  }
  /** Resets itself when the test says so, whether it is in memory then or not. */
  leaveBehind() {
    leftBehind.promise.then(() => this.reset()).catch(() => undefined);
  }
  fail() {
    throw new Error("on purpose");
  }
  later(ms: number) {
    return scheduler.wait(ms).then(() => "late");
  }
  wakeLater() {
    return this.#state.storage.setAlarm(10_000);
  }
  alarm() {
    // Only for the check that it exists.
  }
  /** A socket with the facet that the path of the request leads to. */
  fetch(request: Request): Response | Promise<Response> {
    const url = new URL(request.url);
    const [name, ...rest] = url.pathname.split("/").filter((part) => part !== "");
    if (name !== undefined) {
      return this.child(name).fetch(new URL(rest.join("/"), url.origin), request);
    }
    const pair = new WebSocketPair();
    this.#state.acceptWebSocket(pair[1]);
    return new Response(null, { status: 101, webSocket: pair[0] } as ResponseInit);
  }
  webSocketMessage(socket: WebSocket, message: string) {
    socket.send(`${message} at ${this.serial}`);
  }
}

declare const scheduler: { wait(ms: number): Promise<void> };
declare const WebSocketPair: new () => { readonly 0: WebSocket; readonly 1: WebSocket };

/** Where code of a test runs in an object: functions do not cross calls, so they are kept here. */
const codes: ((node: Node, state: FacetState) => unknown)[] = [];

export class Root extends Node {
  runCode(number: number) {
    return this.run(codes[number] ?? (() => undefined));
  }
}

const cleanUps: (() => Promise<void>)[] = [];

/** Ends what a test has started. */
export async function cleanUp(): Promise<void> {
  for (const work of cleanUps.splice(0).reverse()) await work();
}

/** A directory of its own, or that of an earlier host. */
export async function openHost(
  dataDirectory?: string,
  options: Partial<OpenObjectStoresOptions> = {},
) {
  const directory = dataDirectory ?? (await mkdtemp(join(tmpdir(), "freehold-facets-")));
  if (dataDirectory === undefined) cleanUps.push(() => rm(directory, { recursive: true }));
  const clock = new TestClock();
  const storage = openObjectStores({ dataDirectory: directory, clock, ...options });
  const classes = { Test: Root, Node };
  const host = setUp(classes, {
    stores: storage.stores,
    clock,
    version: { ...version(1, classes), exports: { Node: loopbackClass("Node", undefined) } },
  });
  const close = async () => {
    await host.directory.close(1000);
    await storage.close();
  };
  cleanUps.push(close);
  /** Runs code in the object, with what it returns. */
  const inside = (code: (node: Node, state: FacetState) => unknown, name = "a") =>
    host.stub(name).runCode!(codes.push(code) - 1);
  return { ...host, clock, storage, dataDirectory: directory, close, inside };
}
