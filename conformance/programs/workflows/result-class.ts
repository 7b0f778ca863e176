import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

class Point {
  x = 1;
}

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    return await caught(() =>
      loose.do("a", { retries: { limit: 1, delay: 1 } }, async () => new Point()),
    );
  }
}

export default inWorkflow(
  "an instance of a class as a result fails the attempt",
  async ({ run }) => {
    await run("ended");
  },
);
