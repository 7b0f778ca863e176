import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const counts: unknown[] = [];
    for (let n = 0; n < 3; n += 1) counts.push(await step.do("x", async (ctx) => ctx.step));
    return counts;
  }
}

export default inWorkflow("steps of one name are counted", async ({ run }) => {
  await run("ended");
});
