import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

let begun = 0;

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const n = await step.do("a", async () => ++begun);
    await step.sleep("z", 3000);
    return n;
  }
}

export default inWorkflow(
  "a restart of what runs",
  async ({ create, end, note, sleep }) => {
    const instance = await create();
    await sleep(800);
    await instance.restart();
    note("ended", await end(instance));
  },
  { slow: true },
);
