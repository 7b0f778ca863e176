import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

let runs = 0;

export class Flow extends WorkflowEntrypoint {
  override async run(event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const n = await step.do("a", async () => ++runs);
    return { n, payload: event.payload };
  }
}

export default inWorkflow(
  "a restart begins from the top with the same params",
  async ({ create, end, note }) => {
    const instance = await create({ p: 1 });
    note("first", await end(instance));
    await instance.restart();
    note("second", await end(instance));
  },
);
