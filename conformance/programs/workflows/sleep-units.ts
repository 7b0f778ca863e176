import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const units = ["1 minute", "2 hours", "1 day", "1 week", "1 month"] as const;
    for (const unit of units) void step.sleep(unit, unit);
    await pause(100);
    return units.length;
  }
}

export default inWorkflow("units of time", async ({ run }) => {
  await run("ended");
});
