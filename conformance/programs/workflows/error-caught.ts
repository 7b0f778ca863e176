import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const first = await caught(() =>
      step.do("a", { retries: { limit: 0, delay: 1 } }, async () => {
        throw new Error("first");
      }),
    );
    return { first, second: await step.do("b", async () => 2) };
  }
}

export default inWorkflow("a run goes on after an error that it catches", async ({ run }) => {
  await run("ended");
});
