import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const types = ["a b!", "x".repeat(300), ""];
    const seen: unknown[] = [];
    for (const [index, type] of types.entries())
      seen.push(await caught(() => step.waitForEvent(`w${index}`, { type, timeout: 20 })));
    return seen;
  }
}

export default inWorkflow("any text is a type of event", async ({ run }) => {
  await run("ended");
});
