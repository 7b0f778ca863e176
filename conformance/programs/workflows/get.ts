import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("s", 100);
  }
}

export default inWorkflow(
  "instances are found by id",
  async ({ create, end, fails, note, workflows }) => {
    const flow = workflows.Flow!;
    const made = await create(undefined, "known");
    note("same id", (await flow.get("known")).id);
    await fails("unknown", () => flow.get("unknown"));
    await fails("no id", () => flow.get("not an id"));
    note("ended", await end(made));
  },
);
