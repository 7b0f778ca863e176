import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("s", 300);
    const got: unknown[] = [];
    for (const name of ["one", "two", "three"])
      got.push((await step.waitForEvent(name, { type: name === "three" ? "b" : "a" })).payload);
    return got;
  }
}

export default inWorkflow(
  "events that come early are kept, in order",
  async ({ create, end, note }) => {
    const instance = await create();
    await instance.sendEvent({ type: "b", payload: "b" });
    await instance.sendEvent({ type: "a", payload: 1 });
    await instance.sendEvent({ type: "a", payload: 2 });
    note("ended", await end(instance));
  },
);
