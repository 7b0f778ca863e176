import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    await step.waitForEvent("w", { type: "go", timeout: 300 });
  }
}

const LARGE = "x".repeat(1_100_000);

export default inWorkflow(
  "bounds that the documents name",
  async ({ fails, workflows }) => {
    const flow = workflows.Flow!;
    await fails("params", async () => (await flow.create({ id: "large", params: LARGE })).id);
    await fails("an event", async () => {
      const instance = await flow.create({ id: "small" });
      await instance.sendEvent({ type: "go", payload: LARGE });
    });
    await fails("a batch", async () => {
      const list = Array.from({ length: 101 }, (_, n) => ({ id: `b${n}` }));
      await flow.createBatch(list);
    });
  },
  {
    accept: {
      params: "the documents bound an event's payload at 1 MiB; the local engine does not",
      "an event": "the documents bound an event's payload at 1 MiB; the local engine does not",
      "a batch": "the documents bound a batch at 100 instances; the local engine does not",
    },
  },
);
