import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await step.do("outer", async () => (await step.do("inner", async () => 4)) + 1);
  }
}

export default inWorkflow("steps inside of steps", async ({ run }) => {
  await run("ended");
});
