import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.do("b", async () => 1);
  }
}

export default inWorkflow(
  "a restart from a step that never was",
  async ({ create, end, fails, note }) => {
    const instance = await create();
    await end(instance);
    await fails("no such name", () => instance.restart({ from: { name: "x" } }));
    await fails("no such count", () => instance.restart({ from: { name: "b", count: 2 } }));
    await fails("count zero", () => instance.restart({ from: { name: "b", count: 0 } }));
    await fails("no such kind", () => instance.restart({ from: { name: "b", type: "sleep" } }));
    await fails("no name", () => instance.restart({ from: {} }));
    note("still", await instance.status());
  },
);
