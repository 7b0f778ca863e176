import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.do("a", async () => {
      throw new NonRetryableError("no use");
    });
  }
}

export default inWorkflow(
  "a NonRetryableError that nobody catches ends the instance with a text of its own",
  async ({ run }) => {
    await run("ended");
  },
);
