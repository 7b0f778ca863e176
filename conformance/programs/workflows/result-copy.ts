import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const made = { list: [1] };
    const got = await step.do("a", async () => made);
    return { same: got === made, got };
  }
}

export default inWorkflow("a result is a copy", async ({ run }) => {
  await run("ended");
});
