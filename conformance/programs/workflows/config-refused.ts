import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const seen: Record<string, unknown> = {};
    const configs = {
      "negative limit": { retries: { limit: -1, delay: 1 } },
      "endless limit": { retries: { limit: Number.POSITIVE_INFINITY, delay: 1 } },
      "limit as text": { retries: { limit: "x", delay: 1 } },
      "no delay": { retries: { limit: 1 } },
      "no limit": { retries: { delay: 1 } },
      "negative delay": { retries: { limit: 1, delay: -1 } },
      backoff: { retries: { limit: 1, delay: 1, backoff: "random" } },
      "more retries": { retries: { limit: 1, delay: 1, more: 1 } },
      more: { more: 1 },
      "no timeout": { timeout: 0 },
      "negative timeout": { timeout: -1 },
      "odd timeout": { timeout: "x" },
      sensitive: { sensitive: "input" },
      number: 5,
      text: "x",
      list: [],
    };
    for (const [name, config] of Object.entries(configs))
      seen[name] = await caught(() => loose.do(name, config, async () => 1));
    return seen;
  }
}

export default inWorkflow("configs that are refused", async ({ run }) => {
  await run("ended");
});
