import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const got = await step.waitForEvent("w", { type: "go" });
    return {
      keys: Object.keys(got).sort(),
      payload: got.payload,
      type: got.type,
      time: got.timestamp instanceof Date,
    };
  }
}

export default inWorkflow("a step waits for an event", async ({ create, end, note, sleep }) => {
  const instance = await create();
  await sleep(100);
  await instance.sendEvent({ type: "go", payload: { a: [1] } });
  note("ended", await end(instance));
});
