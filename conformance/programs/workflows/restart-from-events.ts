import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const got: unknown[] = [];
    for (const name of ["one", "two", "three"]) {
      await step.do(`before ${name}`, async () => 1);
      const taken = await step
        .waitForEvent(name, { type: "go", timeout: 1500 })
        .then(({ payload }) => payload)
        .catch((error: Error) => error.message);
      got.push(taken);
    }
    return got;
  }
}

export default inWorkflow(
  "a restart from a step does not give back the events that were taken after it",
  async ({ create, end, note }) => {
    const instance = await create();
    for (const payload of [1, 2, 3]) await instance.sendEvent({ type: "go", payload });
    note("first", await end(instance));
    await instance.restart({ from: { name: "before two" } });
    note("from before two", await end(instance));
  },
);
