import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await step.do("a", { retries: { limit: 5, delay: 5 } }, async ({ attempt }) => {
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return attempt;
    });
  }
}

export default inWorkflow("an attempt that succeeds is the last", async ({ run }) => {
  await run("ended");
});
