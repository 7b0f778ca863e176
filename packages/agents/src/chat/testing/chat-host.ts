/**
 * A chat's agent for tests: its clock stands until it is moved, what it sends is kept. Sessions,
 * streams and tasks are real, over a database in memory that may have had an agent before.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { memorySql, TestClock } from "../../../test/support/fakes.ts";
import { testServices } from "../../../test/support/services.ts";
import {
  type InternalServices,
  installServices,
  type LifecycleCapability,
  servicesOf,
} from "../../lifecycle/capability.ts";
import { Sessions } from "../../sessions/sessions.ts";
import { Streams } from "../../streams/streams.ts";
import { Tasks } from "../../tasks/tasks.ts";
import type { ChatHost, ChatSettings } from "../host.ts";
import type { ChatRecoveryContext, ChatResponseResult, OnChatMessageOptions } from "../types.ts";

/** What lives on between two lives of an agent. */
export class TestStorage {
  readonly memory = memorySql();
  readonly kv = new Map<string, unknown>();
  readonly clock = new TestClock();
  #depth = 0;

  /** What `body` writes is there whole or not at all. */
  transaction<T>(body: () => T): T {
    const { sql } = this.memory;
    const name = `level${++this.#depth}`;
    const before = new Map(this.kv);
    sql(`SAVEPOINT ${name}`);
    try {
      const result = body();
      sql(`RELEASE ${name}`);
      return result;
    } catch (error) {
      sql(`ROLLBACK TO ${name}`);
      sql(`RELEASE ${name}`);
      this.kv.clear();
      for (const [key, value] of before) this.kv.set(key, value);
      throw error;
    } finally {
      this.#depth--;
    }
  }
}

/** The host, and what it saw. */
export interface TestHost extends ChatHost {
  readonly storage: TestStorage;
  settings: { -readonly [Name in keyof ChatSettings]: ChatSettings[Name] };
  answer: (options: OnChatMessageOptions) => Promise<Response | undefined>;
  readonly sent: { readonly frame: Record<string, unknown>; readonly without: string[] }[];
  readonly results: ChatResponseResult[];
  readonly errors: unknown[];
  readonly recoveries: ChatRecoveryContext[];
  readonly events: [type: string, payload: unknown][];
  /** Runs the jobs that are due. */
  runDue(): Promise<void>;
}

/** Makes one: the next life over a storage. */
export function testHost(storage: TestStorage = new TestStorage()): TestHost {
  const world = testServices({ memory: storage.memory, clock: storage.clock });
  const live = <Installed extends LifecycleCapability>(capability: Installed): Installed => {
    const services = servicesOf(world.install(capability));
    const { clock } = storage;
    const platform = { transactionSync: (body: () => unknown) => storage.transaction(body) };
    installServices(capability, {
      ...{ ...services, clock, storage: platform },
      status: services.status,
    } as unknown as InternalServices);
    return capability;
  };
  const sessions = live(new Sessions());
  const streams = live(new Streams({ maxChunkBytes: 1_900_000 }));
  const tasks = live(new Tasks());
  const session = sessions.session();
  const host: TestHost = {
    storage,
    sql: storage.memory.reopen(),
    kv: {
      get: <T>(key: string) => structuredClone(storage.kv.get(key)) as T | undefined,
      put: (key, value) => void storage.kv.set(key, structuredClone(value)),
      delete: (key) => storage.kv.delete(key),
      list: <T>({ prefix }: { prefix: string }) =>
        [...storage.kv].filter(([key]) => key.startsWith(prefix)).sort() as [string, T][],
    },
    session: session.__DO_NOT_USE_WILL_BREAK__sync(),
    mirror: (options) => session.mirror(options),
    streams: streams.__DO_NOT_USE_WILL_BREAK__sync(),
    tasks,
    transaction: (body) => storage.transaction(body),
    clock: storage.clock,
    random: { ...randomOf(storage) },
    settings: {
      maxPersistedMessages: undefined,
      hydrationByteBudget: Number.POSITIVE_INFINITY,
      messageConcurrency: "queue",
      chatRecovery: true,
      chatStreamStallTimeoutMs: 0,
      clientToolTimeoutMs: 0,
      clientTranscripts: "guarded",
    },
    messages: [],
    answer: async () => undefined,
    sent: [],
    results: [],
    errors: [],
    recoveries: [],
    events: [],
    runDue: () => world.runDue(),
    broadcast: (frame, without) => void host.sent.push({ frame: JSON.parse(frame), without }),
    send: (_connection, frame) => void host.sent.push({ frame: JSON.parse(frame), without: [] }),
    connection: () => undefined,
    isReadonly: () => false,
    isStarted: () => false,
    awake: (body) => body(),
    synced: async () => undefined,
    within: (_scope, body) => body(),
    toolsReady: async () => undefined,
    reply: (options) => host.answer(options),
    sanitize: (message) => message,
    repair: (part) => part,
    responded: (result) => void host.results.push(result),
    recovering: async (context) => {
      host.recoveries.push(context);
      return undefined;
    },
    failed: async (error) => void host.errors.push(error),
    emit: (type, payload) => void host.events.push([type, payload]),
  };
  return host;
}

const counts = new WeakMap<TestStorage, number>();

function randomOf(storage: TestStorage) {
  const next = () => {
    const count = (counts.get(storage) ?? 0) + 1;
    counts.set(storage, count);
    return count;
  };
  return { fraction: () => next() / 1e6, id: () => `id-${next()}` };
}

/** A message with one text. */
export function message(id: string, text: string, role: UIMessage["role"] = "user"): UIMessage {
  return { id, role, parts: [{ type: "text", text }] };
}

/** A response of chunks that the test pushes. */
export function pushedResponse() {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(made) {
      controller = made;
    },
  });
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    push: (chunk: object) =>
      controller?.enqueue(encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`)),
    end: () => controller?.close(),
    fail: (error: unknown) => controller?.error(error),
  };
}
