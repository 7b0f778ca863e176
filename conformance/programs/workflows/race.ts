import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await Promise.race([
      step.do("a", async () => {
        await pause(4000);
        return "step";
      }),
      step.sleep("s", 100).then(() => "sleep"),
    ]);
  }
}

export default inWorkflow(
  "a race with a sleep",
  async ({ run }) => {
    await run("ended");
  },
  { slow: true },
);
