import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow, type LooseStep } from "../../worker/program.ts";

const undone: unknown[] = [];

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    await loose.do(
      "a",
      { retries: { limit: 0, delay: 1 } },
      async () => {
        throw new Error("a failed");
      },
      {
        rollback: async ({ output, stepName }: Record<string, unknown>) => {
          undone.push({ none: output === undefined, stepName });
        },
      },
    );
  }
}

export default inWorkflow("a step that failed is undone as well", async ({ create, end, note }) => {
  undone.length = 0;
  note("ended", await end(await create()));
  note("undone", undone);
});
