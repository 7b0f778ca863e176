import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return {
      first: await caught(() =>
        step.do("a", async () => {
          throw new NonRetryableError("no use");
        }),
      ),
      second: await step.do("b", async () => 2),
    };
  }
}

export default inWorkflow(
  "a step that throws NonRetryableError is not tried again",
  async ({ run }) => {
    await run("ended");
  },
);
