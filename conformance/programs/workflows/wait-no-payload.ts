import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const { payload } = await step.waitForEvent("w", { type: "go" });
    return { isUndefined: payload === undefined };
  }
}

export default inWorkflow("an event may have no payload", async ({ create, end, note, sleep }) => {
  const instance = await create();
  await sleep(50);
  await instance.sendEvent({ type: "go" });
  note("ended", await end(instance));
});
