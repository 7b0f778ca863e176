import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    return { kept: 1, gone: () => 1 };
  }
}

export default inWorkflow("functions are left out of an output", async ({ run }) => {
  await run("ended");
});
