import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.do("a", { retries: { limit: 0, delay: 5 } }, async () => {
      throw new URIError("only once");
    });
  }
}

export default inWorkflow("a step with no retries fails at once", async ({ run }) => {
  await run("ended");
});
