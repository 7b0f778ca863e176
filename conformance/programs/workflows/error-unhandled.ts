import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const lost = step.do("a", { retries: { limit: 0, delay: 1 } }, async () => {
      throw new Error("lost");
    });
    lost.catch(() => undefined);
    await step.sleep("z", 100);
    return 5;
  }
}

export default inWorkflow(
  "an error of a step that nobody awaits does not end the run",
  async ({ run }) => {
    await run("ended");
  },
);
