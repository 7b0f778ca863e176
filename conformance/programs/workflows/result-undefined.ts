import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const value = await step.do("a", async () => undefined);
    return { isUndefined: value === undefined };
  }
}

export default inWorkflow("a step may return nothing", async ({ run }) => {
  await run("ended");
});
