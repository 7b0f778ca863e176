import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.sleep("s", 3000);
  }
}

export default inWorkflow(
  "the status of an instance that sleeps",
  async ({ create, end, note, sleep }) => {
    const instance = await create();
    await sleep(300);
    note("asleep", (await instance.status()).status);
    note("ended", await end(instance));
  },
  { accept: { asleep: "`waiting` is a status of the service; the local engine says `running`" } },
);
