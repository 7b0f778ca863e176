import {
  DurableObject,
  WorkflowEntrypoint,
  type WorkflowEvent,
  type WorkflowStep,
} from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Counter extends DurableObject {
  #total = 0;

  add(n: number): number {
    this.#total += n;
    return this.#total;
  }
}

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const objects = (this.env as Record<string, DurableObjectNamespace>)
      .workflows_calls_objects__Counter!;
    const counter = objects.getByName("c") as unknown as { add(n: number): Promise<number> };
    const first = await step.do("first", () => counter.add(2));
    const second = await step.do("second", () => counter.add(3));
    return { first, second };
  }
}

export default inWorkflow("a step may call an object", async ({ run }) => {
  await run("ended");
});
