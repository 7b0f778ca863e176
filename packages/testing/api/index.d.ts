import {
  WorkerTestOptions,
} from "./shared.js";
import {
  OutgoingEmail,
  ReadEmail,
  TestObject,
  WorkerModule,
  WranglerConfig,
} from "freehold/runtime";
/** Milliseconds, or text such as `"1d"`, `"2 hours"`, `"90s"` or `"250ms"`. */
type Duration = number | string;
/** The clock of the Worker and its objects, owned by the test file. */
interface TestFileClock {
  /** Whether it stands still. It does once a test has moved it. */
  readonly isPaused: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Moves time on. Everything that falls due on the way runs at its own time and in order: alarms with
   * their retries, timers of the Worker and its objects, hibernation and eviction, expiry. What each of
   * them starts comes to rest before the next. From then on the clock stands still until it is moved or
   * resumed.
   *
   * @throws FreeholdError `DURATION_INVALID`
   */
  advance(duration: Duration): Promise<void>;
  /**
   * Moves time on to a moment, as {@link advance} does.
   *
   * @throws FreeholdError `TIME_INVALID`, `CLOCK_BACKWARDS`
   */
  set(time: Date | number | string): Promise<void>;
  /**
   * Moves time on, from one thing due to the next, until a condition holds.
   *
   * @param options `within`: how far at most. Default `"1d"`.
   * @throws FreeholdError `CONDITION_UNMET` when it does not come to hold within that time
   */
  until(condition: () => unknown, options?: {
    readonly within?: Duration;
  }): Promise<void>;
  /** Lets everything come to rest that needs no time. */
  settle(): Promise<void>;
  /** Makes time stand still. */
  pause(): void;
  /** Lets time pass by itself again, from where it stands. */
  resume(): void;
}
/**
 * The clock that `Date`, timers, alarms and SQL's `'now'` follow inside of the Worker and its objects.
 * At the start of a test file it runs with the machine's; the first test that moves it takes it over.
 * The test's own globals are never changed.
 *
 * @example
 * ```ts
 * import { env } from "cloudflare:test";
 * import { clock } from "@freehold/testing";
 *
 * await env.REMINDERS.getByName("ada").remind("tea", { hours: 1 });
 * await clock.advance("1h");
 * expect(await env.REMINDERS.getByName("ada").said()).toEqual(["tea"]);
 * ```
 */
declare const clock: TestFileClock;
interface EvictOptions {
  /** What becomes of hibernatable sockets: they stay open (the default), or are disconnected. */
  readonly webSockets?: "hibernate" | "close";
}
/** `ctx` of an object. */
type TestedState = Parameters<Parameters<TestObject["run"]>[0]>[1];
/** Runs a callback inside an object, with the instance itself and its `ctx`. */
declare function runInDurableObject<R, Instance extends object = object>(stub: unknown, callback: (instance: Instance, state: TestedState) => R | PromiseLike<R>): Promise<R>;
/** Runs the alarm of an object now, when it has one. Tells whether it had. */
declare function runDurableObjectAlarm(stub: unknown): Promise<boolean>;
/** Takes an object out of memory: its storage stays, and its sockets unless told otherwise. */
declare function evictDurableObject(stub: unknown, options?: EvictOptions): Promise<void>;
/** Takes every object that is in memory out of it. */
declare function evictAllDurableObjects(options?: EvictOptions): Promise<void>;
/** Resets every object at once, as when its process had crashed. What they have stored stays. */
declare function abortAllDurableObjects(): Promise<void>;
/** Deletes everything that is stored or was sent, and resets every object. */
declare function reset(): Promise<void>;
/** The ids of the objects of a namespace that have storage. They carry no names. */
declare function listDurableObjectIds(namespace: unknown): Promise<readonly object[]>;
/** A message that the Worker or an object sent, as its reader sees it. */
interface SentEmail extends ReadEmail {
  /** `env.X.send(…)`, `message.reply(…)` or `message.forward(…)`. */
  readonly kind: OutgoingEmail["kind"];
  /** The binding that it was given to. `undefined` for replies and forwards. */
  readonly binding: string | undefined;
  readonly messageId: string;
  /** Whom mail servers would be told; recipients of blind copies are named here alone. */
  readonly envelope: {
    readonly from: string;
    readonly to: readonly string[];
  };
  /** The whole message. */
  readonly raw: Uint8Array;
}
/**
 * The e-mail that was sent in this test file since it began, or since `reset()`, the oldest first.
 *
 * @example
 * ```ts
 * await env.Support.getByName("ticket-7").close();
 * expect(await sentEmails()).toMatchObject([{ to: ["ada@example.com"], subject: "Solved" }]);
 * ```
 */
declare function sentEmails(): Promise<readonly SentEmail[]>;
/** A message for the Worker's `email` handler. */
interface ReceivedEmail {
  /** The envelope's sender. */
  readonly from: string;
  /** The envelope's recipient. */
  readonly to: string;
  /** The whole message, headers first. */
  readonly raw: string | Uint8Array;
}
/**
 * Gives a message to the Worker's `email` handler, and waits for it. Rejects with what it throws.
 *
 * @returns why the Worker rejected it; `undefined` when it took it
 * @example
 * ```ts
 * const raw = "Message-ID: <1@example.com>\r\nSubject: Help\r\n\r\nIt does not work.";
 * await receiveEmail({ from: "ada@example.com", to: "support@example.com", raw });
 * ```
 */
declare function receiveEmail({ from, to, raw }: ReceivedEmail): Promise<string | undefined>;
/**
 * Serves the Worker of this test file on a free port of this machine, for tests with real sockets and
 * real clients. It ends with the file.
 *
 * @example
 * ```ts
 * const { url } = await listen();
 * const client = new AgentClient({ agent: "counter", host: new URL(url).host });
 * ```
 */
declare function listen(): Promise<{
  readonly url: string;
  readonly port: number;
}>;
/** A Worker that a test file starts itself, without the plugin. */
interface WorkerInTest extends WorkerTestOptions {
  /** Loads its module. `cloudflare:*` can be imported from there on. */
  readonly load: () => Promise<WorkerModule>;
  /** Bindings of its Durable Objects: the class of each name. */
  readonly objects?: Readonly<Record<string, string>>;
  /** Bindings of its workflows: the class of each name. */
  readonly workflows?: Readonly<Record<string, string>>;
  /** Files that are served, as `assets` of a configuration. Paths are absolute. */
  readonly assets?: WranglerConfig["assets"];
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Bindings that send e-mail. What they send, `sentEmails()` tells. */
  readonly sendEmail?: WranglerConfig["sendEmail"];
  /** Names of bindings that load Workers, as `worker_loaders` of a configuration. */
  readonly loaders?: readonly string[];
}
/** A Worker that runs. It ends with `stop()`, or where an `await using` of it ends. */
interface RunningTestWorker extends AsyncDisposable {
  readonly env: Readonly<Record<string, unknown>>;
  /** `exports` of `cloudflare:workers`. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** A request from outside. */
  fetch(request: Request): Promise<Response>;
  stop(): Promise<void>;
}
/**
 * Starts a Worker in this process, with storage of its own, in test files that the plugin does not
 * serve. `clock`, `listen` and the helpers of `cloudflare:test` work with the one started last.
 *
 * @throws FreeholdError as a host does that cannot start
 * @example
 * ```ts
 * await using worker = await startWorker({
 *   load: () => import("./worker.ts"),
 *   objects: { COUNTER: "Counter" },
 * });
 * await clock.advance("1d");
 * ```
 */
declare function startWorker(options: WorkerInTest): Promise<RunningTestWorker>;
export {
  abortAllDurableObjects,
  clock,
  type Duration,
  evictAllDurableObjects,
  evictDurableObject,
  type EvictOptions,
  listDurableObjectIds,
  listen,
  type ReceivedEmail,
  receiveEmail,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
  type RunningTestWorker,
  type SentEmail,
  sentEmails,
  startWorker,
  type TestFileClock,
  type WorkerInTest,
  type WorkerTestOptions,
};