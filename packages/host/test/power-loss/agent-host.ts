import { createHost, type Durability, type Host } from "../../src/index.ts";
import { testConfig } from "../fixtures/config.ts";

/** Agents of the recorded host. */
export const DIARIES = ["d0", "d1", "d2"];

/** A host with the agents that keep diaries. They fall asleep at once, so that files open and close. */
export function startDiaries(dataDirectory: string, durability: Durability): Promise<Host> {
  return createHost({
    worker: async () => ({ ...(await import("./agent.ts")) }),
    config: {
      ...testConfig,
      name: "diaries",
      durableObjects: [{ name: "DIARY", className: "DiaryAgent" }],
      durableClasses: ["DiaryAgent"],
    },
    dataDirectory,
    durability,
    idle: { hibernateAfterMs: 20, evictAfterMs: 30 },
  });
}

export const pageUrl = (name: string, page: number) => `http://diaries/?name=${name}&page=${page}`;
