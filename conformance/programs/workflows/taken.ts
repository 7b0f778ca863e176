import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("s", 100);
  }
}

export default inWorkflow(
  "an id that is taken",
  async ({ create, end, fails, note, workflows }) => {
    const first = await create(undefined, "taken");
    await fails("again", () => workflows.Flow!.create({ id: "taken" }).then(({ id }) => id));
    note("ended", await end(first));
  },
  {
    accept: {
      again:
        "the documents say that it throws; the local engine answers the instance that there is",
    },
  },
);
