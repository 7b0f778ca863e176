import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await caught(() =>
      step.do(
        "a",
        { retries: { limit: 2, delay: 5, backoff: "constant" } },
        async ({ attempt }) => {
          throw new RangeError(`attempt ${attempt}`);
        },
      ),
    );
  }
}

export default inWorkflow("a step is tried again as often as it says", async ({ run }) => {
  await run("ended");
});
