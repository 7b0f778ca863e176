import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

let calls = 0;

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const got: number[] = [];
    for (const name of ["a", "b", "b", "c"]) got.push(await step.do(name, async () => ++calls));
    return got;
  }
}

export default inWorkflow(
  "a restart from a step keeps what came before it",
  async ({ create, end, note }) => {
    const instance = await create();
    note("first", await end(instance));
    await instance.restart({ from: { name: "b", count: 2 } });
    note("second", await end(instance));
    await instance.restart({ from: { name: "a", type: "do" } });
    note("third", await end(instance));
  },
);
