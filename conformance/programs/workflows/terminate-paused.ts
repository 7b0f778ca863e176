import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("s", "1 hour");
  }
}

export default inWorkflow("a pause may be terminated", async ({ create, note, sleep }) => {
  const instance = await create();
  await sleep(100);
  await instance.pause();
  await instance.terminate();
  note("terminated", await instance.status());
});
