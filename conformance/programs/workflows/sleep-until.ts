import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleepUntil("until a date", new Date(Date.now() + 2500));
    await step.sleepUntil("until a number", Date.now() + 2500);
    return "done";
  }
}

export default inWorkflow(
  "sleeps until a time",
  async ({ run }) => {
    await run("ended");
  },
  { slow: true },
);
