import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { killAtEachStep } from "./support/crash.ts";

const fixture = fileURLToPath(new URL("./fixtures/overseer.ts", import.meta.url).href);

interface State {
  readonly status: string;
  readonly isTold: boolean;
  readonly starts: number;
}

test("a detached run that is killed at any step ends once, or was never begun", async () => {
  const seen = await killAtEachStep({
    ...{ fixture, className: "Overseer", stride: 2 },
    prepare: async () => undefined,
    run: (call, steps) => call("runUntil", steps, `run${steps}`),
    async check(call, steps) {
      const runId = `run${steps}`;
      for (;;) {
        const state = (await call("standing", runId)) as State | null;
        // The table or the row was not there when the process ended: nobody was told of a run.
        if (!state) return "never";
        await call("look");
        const { isTold, starts, status } = (await call("standing", runId)) as State;
        const ends = (await call("ends", runId)) as string[];
        if (status === "interrupted" && starts === 0) {
          // Its agent never heard of it, and the input is not kept: that is told, once.
          if (ends.length === 1) return "given up";
        } else if (isTold && ends.length > 0) {
          expect([status, ends, starts]).toEqual(["completed", ["completed"], 1]);
          return "ended";
        }
        await delay(50);
      }
    },
  });
  expect(new Set(seen)).toContain("ended");
  expect(seen.at(-1)).toBe("ended");
}, 900_000);
