import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.do("a", async () => pause(2500));
    return 3;
  }
}

export default inWorkflow(
  "a termination stops the run",
  async ({ create, fails, note, sleep }) => {
    const instance = await create();
    await sleep(600);
    await instance.terminate();
    note("terminated", await instance.status());
    await sleep(3000);
    note("later", await instance.status());
    await fails("again", () => instance.terminate());
    await fails("pause", () => instance.pause());
    await fails("resume", () => instance.resume());
    await fails("event", () => instance.sendEvent({ type: "x", payload: 1 }));
  },
  { slow: true },
);
