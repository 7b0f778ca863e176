import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    throw new NonRetryableError("no use");
  }
}

export default inWorkflow("a NonRetryableError of the run itself does so, too", async ({ run }) => {
  await run("ended");
});
