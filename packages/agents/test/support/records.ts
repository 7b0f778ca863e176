import {
  type InternalServices,
  installServices,
  type LifecycleCapability,
  servicesOf,
} from "../../src/lifecycle/capability.ts";
import { memorySql, TestClock } from "./fakes.ts";
import { testServices } from "./services.ts";

/**
 * The stored part of an object, over all of its lives: a real database in memory with transactions.
 * `live` begins a life for a capability, and `lives` tells of the events of all.
 */
export class TestRecords {
  readonly memory = memorySql();
  readonly clock = new TestClock();
  readonly events: [type: string, payload: unknown][] = [];

  live<Installed extends LifecycleCapability>(capability: Installed): Installed {
    const world = testServices({ memory: this.memory, clock: this.clock });
    const services = servicesOf(world.install(capability));
    const storage = { transactionSync: (body: () => unknown) => this.transaction(body) };
    const events = {
      emit: (type: string, payload: unknown) => void this.events.push([type, payload]),
    };
    installServices(capability, { ...services, events, storage } as unknown as InternalServices);
    return capability;
  }

  /** Runs a statement. */
  sql(query: string, ...values: (string | number | null)[]): Record<string, unknown>[] {
    return this.memory.sql(query, ...values);
  }

  /** What `body` writes is there whole or not at all. */
  transaction<T>(body: () => T): T {
    this.sql("SAVEPOINT body");
    try {
      const result = body();
      this.sql("RELEASE body");
      return result;
    } catch (error) {
      this.sql("ROLLBACK TO body");
      this.sql("RELEASE body");
      throw error;
    }
  }
}

/** Everything that a reader gives. */
export async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
}

/** Chance that a seed replays: `below(n)` is a whole number from 0 to before n. */
export function seeded(seed: number): { below(limit: number): number } {
  let state = seed >>> 0 || 1;
  return {
    below(limit) {
      state ^= state << 13;
      state >>>= 0;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state % limit;
    },
  };
}
