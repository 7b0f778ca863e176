import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(event: Readonly<WorkflowEvent<unknown>>) {
    return event.payload;
  }
}

export default inWorkflow(
  "a list of instances is made at once",
  async ({ fails, note, sleep, workflows }) => {
    const flow = workflows.Flow!;
    const made = (await flow.createBatch([
      { id: "x1", params: 1 },
      { id: "x2", params: { a: 2 } },
    ])) as { id: string; status(): Promise<{ output?: unknown }> }[];
    note(
      "ids",
      made.map(({ id }) => id),
    );
    await sleep(300);
    note("outputs", await Promise.all(made.map(async (one) => (await one.status()).output)));
    await fails("empty", () => flow.createBatch([]));
  },
);
