import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.waitForEvent("w", { type: "go", timeout: "0.05 seconds" });
  }
}

export default inWorkflow("a wait that is too long ends the instance", async ({ run }) => {
  await run("ended");
});
