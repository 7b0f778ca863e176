import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("s", 4000);
    return "done";
  }
}

export default inWorkflow(
  "a pause of a sleep moves its end",
  async ({ create, end, note, sleep }) => {
    const instance = await create();
    await sleep(1000);
    await instance.pause();
    note("paused", (await instance.status()).status);
    await sleep(4000);
    note("still paused", (await instance.status()).status);
    await instance.resume();
    await sleep(500);
    note("still asleep", (await instance.status()).output);
    note("ended", await end(instance));
  },
  { slow: true },
);
