import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await Promise.all([
      step.do("a", async () => {
        await pause(1500);
        return 1;
      }),
      step.do("b", async () => {
        await pause(500);
        return 2;
      }),
      step.do("a", async (ctx) => ctx.step),
    ]);
  }
}

export default inWorkflow(
  "steps run side by side",
  async ({ run }) => {
    await run("ended");
  },
  { slow: true },
);
