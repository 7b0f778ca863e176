import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    return await caught(() =>
      loose.do("a", { retries: { limit: 1, delay: 1 } }, async () => Symbol("x")),
    );
  }
}

export default inWorkflow("a symbol as a result fails the attempt", async ({ run }) => {
  await run("ended");
});
