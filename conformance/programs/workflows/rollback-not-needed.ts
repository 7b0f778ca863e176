import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

const undone: string[] = [];

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    await loose.do("a", async () => 1, {
      rollback: async () => {
        undone.push("a");
      },
    });
    await caught(() =>
      step.do("b", { retries: { limit: 0, delay: 1 } }, async () => {
        throw new Error("b");
      }),
    );
    return undone.length;
  }
}

export default inWorkflow("a run that catches its error undoes nothing", async ({ run }) => {
  await run("ended");
});
