import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return (await step.waitForEvent("w", { type: "go" })).payload;
  }
}

export default inWorkflow(
  "an event that comes in a pause is kept",
  async ({ create, end, note, sleep }) => {
    const instance = await create();
    await sleep(100);
    await instance.pause();
    await instance.sendEvent({ type: "go", payload: 9 });
    await sleep(150);
    note("paused", await instance.status());
    await instance.resume();
    note("ended", await end(instance));
  },
  { slow: true },
);
