import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    return [
      await caught(() => step.sleepUntil("until 5", 5)),
      await caught(() => step.sleepUntil("until yesterday", new Date(Date.now() - 86_400_000))),
    ];
  }
}

export default inWorkflow("a sleep until a time in the past", async ({ run }) => {
  await run("ended");
});
