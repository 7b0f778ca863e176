import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  composeTestHost,
  createLogger,
  type Durability,
  type IdleTimes,
  type LogLevel,
  systemClock,
  TestClock,
  type TestHost,
  type WorkerModule,
  type WranglerConfig,
} from "freehold/runtime";
import { timeOf } from "./clock.ts";
import { addEvents } from "./cloudflare/events.ts";
import { provideCloudflareTest } from "./cloudflare/module.ts";
import { SentEmails } from "./emails.ts";
import { begin } from "./running.ts";

/** How a Worker runs under test. */
export interface WorkerTestOptions {
  /** Default `memory`: nothing is synced. `strict` makes tests slower and finds no more of their bugs. */
  readonly durability?: Durability;
  readonly clock?: {
    /** When the file's time begins. Default: now. */
    readonly now?: Date | number | string;
    /** Whether it stands still from the beginning. Default false: it runs until a test moves it. */
    readonly paused?: boolean;
  };
  /** The least important thing that the host says on the console. Default `error`. */
  readonly logLevel?: LogLevel;
  /** How long idle objects stay in memory, in milliseconds on the test's clock. */
  readonly idle?: Partial<IdleTimes>;
  /** Classes whose objects `evictDurableObject` refuses to evict. */
  readonly preventEviction?: readonly string[];
}

/** What a started Worker is made of. */
export interface StartOptions extends WorkerTestOptions {
  /** The project's folder. */
  readonly root: string;
  readonly config: WranglerConfig;
  readonly load: () => Promise<WorkerModule>;
}

/** A Worker under test. */
export interface TestWorker {
  readonly host: TestHost;
  /** Loads its module anew. */
  reload(): Promise<void>;
  /**
   * Ends it and deletes what it has stored.
   *
   * @throws what was thrown meanwhile in code of neither the Worker nor an object
   */
  stop(): Promise<void>;
}

/** Starts a Worker in this process, with storage of its own. */
export async function startTestWorker(options: StartOptions): Promise<TestWorker> {
  const { root, config, load, durability = "memory", idle } = options;
  provideCloudflareTest();
  const dataDirectory = await mkdtemp(join(tmpdir(), "freehold-test-"));
  const strays: unknown[] = [];
  const emails = new SentEmails();
  try {
    const host = await composeTestHost({
      ...{ root, config, dataDirectory, durability, idle },
      email: emails,
      worker: load,
      clock: clockOf(options.clock),
      log: createLogger({
        level: options.logLevel ?? "error",
        now: () => systemClock.now(),
        write: (line) => console.error(line),
        pretty: true,
      }),
      onStrayError: (error) => strays.push(error),
    });
    addEvents(host);
    const end = begin({ host, emails, keptClasses: new Set(options.preventEviction) });
    return {
      host,
      async reload() {
        await host.reload();
        addEvents(host);
      },
      async stop() {
        end();
        await host.close();
        await rm(dataDirectory, { recursive: true, force: true });
        if (strays.length > 0) throw oneOf(strays);
      },
    };
  } catch (error) {
    await rm(dataDirectory, { recursive: true, force: true });
    throw error;
  }
}

function clockOf({ now, paused = false }: NonNullable<WorkerTestOptions["clock"]> = {}): TestClock {
  return new TestClock(timeOf(now ?? systemClock.now()), { runs: !paused });
}

function oneOf(errors: readonly unknown[]): unknown {
  return errors.length === 1
    ? errors[0]
    : new AggregateError(errors, "Errors that nobody caught were thrown while the tests ran.");
}
