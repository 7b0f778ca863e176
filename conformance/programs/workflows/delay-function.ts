import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const seen: unknown[] = [];
    const delay = ({ ctx, error }: { ctx: unknown; error: Error }) => {
      seen.push({ ctx, error: { name: error.name, message: error.message } });
      return 5;
    };
    const outcome = await caught(() =>
      loose.do("a", { retries: { limit: 2, delay } }, async (ctx: unknown) => {
        throw new TypeError(JSON.stringify(ctx));
      }),
    );
    return { outcome, seen };
  }
}

export default inWorkflow("a function may say the delay", async ({ run }) => {
  await run("ended");
});
