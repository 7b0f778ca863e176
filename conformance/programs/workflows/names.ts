import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const seen: Record<string, unknown> = {};
    const names = {
      empty: "",
      longest: "b".repeat(256),
      long: "a".repeat(257),
      control: "a\u0001",
      line: "a\nb",
      odd: "é€",
      delete: "a\u007f",
    };
    for (const [key, name] of Object.entries(names))
      seen[key] = await caught(() => step.do(name, async () => 1));
    for (const name of [5, {}])
      seen[String(name)] = await caught(() => loose.do(name, async () => 1));
    return seen;
  }
}

export default inWorkflow("names of steps", async ({ run }) => {
  await run("ended");
});
