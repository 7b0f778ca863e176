import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const rollback = async () => undefined;
    const options = {
      null: null,
      number: 5,
      text: "x",
      list: [],
      function: rollback,
      "no function": {},
      "number as function": { rollback: 5 },
      config: { rollback, rollbackConfig: { more: 1 } },
      "config null": { rollback, rollbackConfig: null },
      extra: { rollback, more: 1 },
      nothing: undefined,
    };
    const seen: Record<string, unknown> = {};
    for (const [name, option] of Object.entries(options))
      seen[name] = await caught(() => loose.do(name, async () => 1, option));
    return seen;
  }
}

export default inWorkflow("options of a rollback that are refused", async ({ run }) => {
  await run("ended");
});
