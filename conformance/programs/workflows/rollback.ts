import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow, type LooseStep } from "../../worker/program.ts";

const undone: unknown[] = [];

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    for (const name of ["a", "b"]) {
      await loose.do(name, async () => `made ${name}`, {
        rollback: async (input: Record<string, unknown>) => {
          undone.push({ ...input, error: String(input.error) });
        },
      });
    }
    await step.do("c", { retries: { limit: 0, delay: 1 } }, async () => {
      throw new TypeError("c failed");
    });
  }
}

export default inWorkflow(
  "a run that throws undoes its steps, the newest first",
  async ({ create, end, note }) => {
    undone.length = 0;
    note("ended", await end(await create()));
    note("undone", undone);
  },
);
