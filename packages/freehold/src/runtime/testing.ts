import type { IdleTimes, Logger } from "@freehold/host";
import { createTestHost, type TestClock, type TestHost } from "@freehold/host/testing";
import { hostOptions, type RuntimeOptions } from "./compose.ts";

/** How a host for tests is put together: as {@link RuntimeOptions}, with a clock that a test owns. */
export interface TestRuntimeOptions extends Omit<RuntimeOptions, "development" | "dataDirectory"> {
  /** Where objects live while the tests run. Made when absent. */
  readonly dataDirectory: string;
  readonly clock: TestClock;
  readonly log?: Logger;
  /** How long idle objects stay in memory. */
  readonly idle?: Partial<IdleTimes> | undefined;
  /** Hears of errors that belong to no object and no event of the Worker. */
  readonly onStrayError?: (error: unknown) => void;
}

/**
 * A host for the tests of a project, composed as `composeHost` composes the real one.
 *
 * @example
 * ```ts
 * const clock = new TestClock();
 * const host = await composeTestHost({ root, config, worker, dataDirectory, clock });
 * await clock.advance(60_000);
 * await host.close();
 * ```
 */
export async function composeTestHost(options: TestRuntimeOptions): Promise<TestHost> {
  const { clock, log, idle, onStrayError } = options;
  const composed = await hostOptions({ ...options, development: true });
  return createTestHost({
    ...composed,
    clock,
    ...(log && { log }),
    ...(idle && { idle }),
    ...(onStrayError && { onStrayError }),
  });
}
