import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    return { big: 1n };
  }
}

export default inWorkflow("an output that JSON cannot hold fails the instance", async ({ run }) => {
  await run("ended");
});
