import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const own = step as unknown as Record<string, unknown>;
    own.extra = () => 5;
    const { do: detached } = step;
    return {
      extra: (own.extra as () => number)(),
      keys: Object.keys(own),
      detached: await detached("a", async () => 1),
    };
  }
}

export default inWorkflow("programs may hang members of their own on `step`", async ({ run }) => {
  await run("ended");
});
