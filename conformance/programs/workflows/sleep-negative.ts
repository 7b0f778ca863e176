import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("a", -1);
    return "done";
  }
}

export default inWorkflow(
  "a sleep of less than no time is over at once",
  async ({ run }) => {
    await run("ended");
  },
  { accept: { "events of instance-1": "the length is told as nothing" } },
);
