import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    return {
      date: new Date(0),
      none: undefined,
      list: [undefined, Number.NaN],
      map: new Map([[1, 2]]),
    };
  }
}

export default inWorkflow("what a run returns is its output, as JSON", async ({ run }) => {
  await run("ended");
});
