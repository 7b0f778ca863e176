import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.do("a", async () => {
      throw Object.assign(new Error("no use"), { name: "NonRetryableError" });
    });
  }
}

export default inWorkflow(
  "only the name of an error makes it one that is not retryable",
  async ({ run }) => {
    await run("ended");
  },
);
