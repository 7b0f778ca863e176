import type { Binding } from "../bindings/binding.ts";
import { CellPool } from "./cell-pool.ts";
import { WorkerLoader } from "./worker-loader.ts";

/** The bindings that `worker_loaders` names. */
export function workerLoaderBindings(names: readonly string[]): readonly Binding[] {
  return names.map(workerLoaderBinding);
}

function workerLoaderBinding(name: string): Binding {
  const pools: CellPool[] = [];
  return {
    name,
    create({ clock, log }) {
      const pool = new CellPool({ clock, log });
      pools.push(pool);
      return new WorkerLoader(pool, log);
    },
    async close() {
      await Promise.all(pools.splice(0).map((pool) => pool.close()));
    },
  };
}
