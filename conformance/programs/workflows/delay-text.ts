import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return await caught(() =>
      step.do(
        "a",
        { retries: { limit: 1, delay: "1 second", backoff: "constant" } },
        async ({ attempt }) => {
          throw new Error(`attempt ${attempt}`);
        },
      ),
    );
  }
}

export default inWorkflow("a delay may be a text", async ({ run }) => {
  await run("ended");
});
