import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("zero", 0);
    await step.sleep("one", 1);
    return "done";
  }
}

export default inWorkflow("sleeps of no time", async ({ run }) => {
  await run("ended");
});
