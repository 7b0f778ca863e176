import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await caught(() =>
      step.do("a", { timeout: 60, retries: { limit: 1, delay: 5 } }, async () => {
        await pause(3000);
        return 1;
      }),
    );
  }
}

export default inWorkflow(
  "an attempt that takes too long fails",
  async ({ run }) => {
    await run("ended");
  },
  { slow: true },
);
