import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.do("a", async () => pause(2500));
    await step.do("b", async () => 2);
    return 3;
  }
}

export default inWorkflow(
  "a pause waits for the step that runs",
  async ({ create, end, note, sleep }) => {
    const instance = await create();
    await sleep(600);
    await instance.pause();
    note("pausing", (await instance.status()).status);
    await instance.pause();
    await sleep(4000);
    note("paused", (await instance.status()).status);
    await instance.resume();
    await instance.resume();
    note("ended", await end(instance));
  },
  { slow: true },
);
