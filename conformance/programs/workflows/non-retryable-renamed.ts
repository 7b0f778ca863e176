import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await caught(() =>
      step.do("a", { retries: { limit: 1, delay: 1 } }, async () => {
        throw new NonRetryableError("no use", "Custom");
      }),
    );
  }
}

export default inWorkflow(
  "a NonRetryableError with another name is tried again",
  async ({ run }) => {
    await run("ended");
  },
);
