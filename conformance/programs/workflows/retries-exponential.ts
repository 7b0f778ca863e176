import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await caught(() =>
      step.do("a", { retries: { limit: 3, delay: 10 } }, async ({ attempt }) => {
        throw new Error(`attempt ${attempt}`);
      }),
    );
  }
}

export default inWorkflow("delays double unless the step says otherwise", async ({ run }) => {
  await run("ended");
});
