import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const { payload } = await step.waitForEvent("w", { type: "go" });
    return (payload as string).length;
  }
}

export default inWorkflow("a payload of nearly a mebibyte", async ({ create, end, note }) => {
  const instance = await create();
  await instance.sendEvent({ type: "go", payload: "x".repeat(1_000_000) });
  note("ended", await end(instance));
});
