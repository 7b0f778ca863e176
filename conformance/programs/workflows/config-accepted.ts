import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const seen: Record<string, unknown> = {};
    const configs = {
      null: null,
      empty: {},
      fraction: { retries: { limit: 1.5, delay: 1 } },
      "undefined parts": { retries: undefined, sensitive: undefined },
      "no delay": { retries: { limit: 1, delay: 0 } },
      texts: { retries: { limit: 1, delay: "1.5 hours" }, timeout: "2 days" },
    };
    for (const [name, config] of Object.entries(configs)) {
      seen[name] = await caught(() =>
        loose.do(name, config, async (ctx: unknown) => (ctx as { config: unknown }).config),
      );
    }
    return seen;
  }
}

export default inWorkflow("configs that are taken, with their defaults", async ({ run }) => {
  await run("ended");
});
