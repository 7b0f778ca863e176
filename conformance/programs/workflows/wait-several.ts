import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const got = await Promise.all([
      step.waitForEvent("one", { type: "go" }),
      step.waitForEvent("two", { type: "go" }),
    ]);
    return got.map(({ payload }) => payload);
  }
}

export default inWorkflow(
  "an event goes to the step that has waited longest",
  async ({ create, end, note, sleep }) => {
    const instance = await create();
    await sleep(100);
    await instance.sendEvent({ type: "go", payload: 1 });
    await sleep(100);
    await instance.sendEvent({ type: "go", payload: 2 });
    note("ended", await end(instance));
  },
);
