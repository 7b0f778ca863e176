import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow, type LooseStep } from "../../worker/program.ts";

const undone: string[] = [];

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    await loose.do("a", async () => 1, {
      rollback: async ({ error }: Record<string, unknown>) => {
        undone.push(String(error));
      },
    });
    await step.sleep("s", "1 hour");
  }
}

export default inWorkflow("a termination may ask for it", async ({ create, note, sleep }) => {
  undone.length = 0;
  const instance = await create();
  await sleep(200);
  await instance.terminate({ rollback: true });
  note("terminated", await instance.status());
  note("undone", undone);
});
