import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await step.do("a", { sensitive: "output" }, async () => "secret");
  }
}

export default inWorkflow("a sensitive output is not in the log", async ({ run }) => {
  await run("ended");
});
