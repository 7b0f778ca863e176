import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await step.do(
      "a",
      { timeout: 1500, retries: { limit: 1, delay: 5 } },
      async ({ attempt }) => {
        await pause(attempt === 1 ? 2500 : 500);
        return `attempt ${attempt}`;
      },
    );
  }
}

export default inWorkflow(
  "what an attempt returns too late is lost",
  async ({ run }) => {
    await run("ended");
  },
  { slow: true },
);
