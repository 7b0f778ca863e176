import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return (await step.waitForEvent("w", { type: "go", timeout: 1500 })).payload;
  }
}

export default inWorkflow("a restart forgets events", async ({ create, end, note }) => {
  const instance = await create();
  await instance.sendEvent({ type: "go", payload: 1 });
  await instance.sendEvent({ type: "go", payload: 2 });
  note("first", await end(instance));
  await instance.restart();
  note("second", await end(instance));
});
