import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const begun = Date.now();
    await step.sleep("number", 100);
    await step.sleep("text", "1 second");
    await step.sleep("fraction", "0.1 seconds");
    const took = Date.now() - begun;
    return { enough: took >= 1190, little: took < 3500 };
  }
}

export default inWorkflow(
  "sleeps take their time",
  async ({ run }) => {
    await run("ended");
  },
  { slow: true },
);
