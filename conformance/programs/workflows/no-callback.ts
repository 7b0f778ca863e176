import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    return [
      await caught(() => loose.do("a")),
      await caught(() => loose.do("a", 5)),
      await caught(() => loose.do("b", {}, 5)),
      await caught(() => loose.do()),
    ];
  }
}

export default inWorkflow("a step needs a callback", async ({ run }) => {
  await run("ended");
});
