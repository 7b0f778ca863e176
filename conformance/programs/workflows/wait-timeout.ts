import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await caught(() => step.waitForEvent("w", { type: "go", timeout: 50 }));
  }
}

export default inWorkflow("a wait that is too long is an error", async ({ run }) => {
  await run("ended");
});
