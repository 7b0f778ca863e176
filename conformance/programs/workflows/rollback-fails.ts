import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow, type LooseStep } from "../../worker/program.ts";

const undone: string[] = [];

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    for (const name of ["a", "b", "c"]) {
      await loose.do(name, async () => 1, {
        rollback: async () => {
          undone.push(name);
          if (name === "b") throw new Error("stuck");
        },
        rollbackConfig: { retries: { limit: 1, delay: 5, backoff: "constant" } },
      });
    }
    throw new Error("late");
  }
}

export default inWorkflow(
  "a rollback that fails is tried again, and is the last",
  async ({ create, end, note }) => {
    undone.length = 0;
    note("ended", await end(await create()));
    note("undone", undone);
  },
);
