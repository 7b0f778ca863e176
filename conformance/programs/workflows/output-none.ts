import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    return;
  }
}

export default inWorkflow("a run that returns nothing has no output", async ({ run }) => {
  await run("ended");
});
