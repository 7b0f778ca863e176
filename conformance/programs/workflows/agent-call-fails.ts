import {
  DurableObject,
  WorkflowEntrypoint,
  type WorkflowEvent,
  type WorkflowStep,
} from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Thrower extends DurableObject {
  fail(): void {
    throw new RangeError("out of range");
  }
}

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const objects = (this.env as Record<string, DurableObjectNamespace>)
      .workflows_agent_call_fails__Thrower!;
    const thrower = objects.getByName("c") as unknown as { fail(): Promise<void> };
    return await caught(() =>
      step.do("a", { retries: { limit: 0, delay: 1 } }, () => thrower.fail()),
    );
  }
}

export default inWorkflow("an error of an object is an error of the step", async ({ run }) => {
  await run("ended");
});
