import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.do("a", async () => 1);
    await step.sleep("until both are there", 200);
    return (await step.waitForEvent("w", { type: "go", timeout: 1500 })).payload;
  }
}

export default inWorkflow(
  "a restart from a step forgets events that nobody had taken",
  async ({ create, end, note }) => {
    const instance = await create();
    for (const payload of [1, 2]) await instance.sendEvent({ type: "go", payload });
    note("first", await end(instance));
    await instance.restart({ from: { name: "w", type: "waitForEvent" } });
    note("second", await end(instance));
  },
);
