import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await Promise.allSettled([
      step.do("a", { retries: { limit: 0, delay: 1 } }, async () => {
        throw new Error("a");
      }),
      step.do("b", async () => {
        await pause(60);
        return 2;
      }),
    ]).then((all) => all.map(({ status }) => status));
  }
}

export default inWorkflow("a failure beside a success", async ({ run }) => {
  await run("ended");
});
