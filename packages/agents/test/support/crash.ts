import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { bundleWorker } from "./bundle.ts";
import { runOnFreehold } from "./freehold.ts";
import { TestSocket } from "./socket.ts";

export type Call = (method: string, ...args: unknown[]) => Promise<unknown>;

/** A scenario whose process is killed (`kill -9`) at one of its steps after the other. */
export interface KilledScenario {
  /** Entry of the Worker; its agent counts its statements. */
  readonly fixture: string;
  /** The agent's class, which is its binding. */
  readonly className: string;
  /** Steps between one kill and the next. */
  readonly stride: number;
  /** What is there before; the process does not die in it. */
  prepare(call: Call, steps: number): Promise<void>;
  /** What dies at a step; resolves when it came to its end. */
  run(call: Call, steps: number): Promise<unknown>;
  /** Looks at what a life found that `run` with so many steps left; says how it stands. */
  check(call: Call, steps: number, ended: boolean): Promise<string>;
}

/** Plays a scenario until it comes to its end; returns how things stood after each kill. */
export async function killAtEachStep(scenario: KilledScenario): Promise<string[]> {
  const script = await bundleWorker(scenario.fixture);
  const directory = await mkdtemp(join(tmpdir(), "freehold-killed-"));
  const objects = { [scenario.className]: scenario.className };
  const seen: string[] = [];
  try {
    for (let steps = 1, ended: boolean | undefined; ; steps += scenario.stride) {
      const worker = await runOnFreehold({ script, objects, directory });
      try {
        const path = `agents/${scenario.className.toLowerCase()}/mine`;
        const socket = await TestSocket.open(`ws://${worker.host}/${path}`);
        const call: Call = async (method, ...args) => {
          const [answer] = await socket.call(method, ...args);
          expect(answer).toMatchObject({ success: true });
          return answer?.result;
        };
        if (ended !== undefined) {
          seen.push(await scenario.check(call, steps - scenario.stride, ended));
        }
        if (ended) return seen;
        await scenario.prepare(call, steps);
        const outcome = scenario.run(call, steps).then(
          () => true,
          () => true,
        );
        ended = await Promise.race([outcome, socket.closed.then(() => false)]);
      } finally {
        await worker.stop();
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
