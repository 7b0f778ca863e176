import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import { inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    await loose.do("a", async () => 1, {
      rollback: async () => {
        throw new NonRetryableError("no use");
      },
    });
    throw new Error("late");
  }
}

export default inWorkflow("a rollback may say that trying again is of no use", async ({ run }) => {
  await run("ended");
});
