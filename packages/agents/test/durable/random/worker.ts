import { Agent } from "@freehold/agents";
import { NonRetryableError, type TaskJson, type TaskStep } from "@freehold/agents/tasks";
import { type Node, World, worlds } from "./program.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs programs as tasks. */
export class Improviser extends Agent {
  override taskDefinitions = {
    program: async (input: { readonly id: string; readonly node: Node }, step: TaskStep) =>
      (await run(input.node, "p", step, worlds.get(input.id) ?? new World())) as TaskJson,
  };
}

async function run(node: Node, path: string, step: TaskStep, world: World): Promise<unknown> {
  switch (node.kind) {
    case "do": {
      const { backoff, delayMs: delay, fails, isFinal, limit, tookMs } = node;
      return await step.do(
        path,
        { timeout: "8 weeks", retries: { limit, delay, backoff } },
        async () => {
          if (tookMs > 0) await pause(tookMs);
          if (!world.attempt(path, fails)) return `${path} done`;
          throw isFinal ? new NonRetryableError(`${path} failed`) : new Error(`${path} failed`);
        },
      );
    }
    case "sleep":
      await step.sleep(path, node.ms);
      return `${path} slept`;
    case "status":
      await step.status(path);
      return `${path} shown`;
    case "sequence": {
      const seen: unknown[] = [];
      for (const [index, part] of node.parts.entries()) {
        seen.push(await run(part, `${path}.${index}`, step, world));
      }
      return seen;
    }
    case "parallel": {
      const ends = await Promise.allSettled(
        node.parts.map((part, index) => run(part, `${path}.${index}`, step, world)),
      );
      const reasons = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
      // What has to wait comes before what failed.
      const wait = reasons.find((reason) => !(reason instanceof Error));
      if (wait !== undefined) throw wait;
      if (reasons.length > 0) throw reasons[0];
      return ends.map((end) => end.status === "fulfilled" && end.value);
    }
    case "caught":
      try {
        return await run(node.part, `${path}.c`, step, world);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return `caught ${error.message}`;
      }
    case "throw":
      throw new Error(`${path} threw`);
  }
}

export default { fetch: () => new Response(null, { status: 404 }) };
