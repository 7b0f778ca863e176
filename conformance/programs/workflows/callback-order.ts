import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const order: string[] = [];
    const done = step.do("a", async () => {
      order.push("callback");
      return 1;
    });
    order.push("after the call");
    await done;
    return order;
  }
}

export default inWorkflow("a callback starts after its call", async ({ run }) => {
  await run("ended");
});
