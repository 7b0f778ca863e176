import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(event: Readonly<WorkflowEvent<unknown>>) {
    return event.instanceId;
  }
}

export default inWorkflow("ids of instances", async ({ fails, note, workflows }) => {
  const flow = workflows.Flow!;
  for (const id of ["bad id", "-a", "", "a".repeat(101), "é", "a/b", 3]) {
    await fails(`id ${String(id).slice(0, 10)}`, () => flow.create({ id }).then((made) => made.id));
  }
  for (const id of ["a".repeat(100), "_a-1", "9"]) {
    note(`ok ${id.slice(0, 10)}`, (await flow.create({ id })).id === id);
  }
  note("made up", /^[0-9a-f-]{36}$/.test((await flow.create()).id));
  await fails("null", () => flow.create(null).then((made) => made.id));
});
