import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const config = { retries: { limit: 1, delay: "2 seconds" as const }, timeout: 5000 };
    const plain = await loose.do("a", async (ctx: unknown) => ctx);
    const again = await loose.do("a", config, async (ctx: unknown) => ctx);
    const sensitive = await loose.do("b", { sensitive: "output" }, async (ctx: unknown) => ctx);
    return { plain, again, sensitive };
  }
}

export default inWorkflow("what a step is told of itself", async ({ run }) => {
  await run("ended");
});
