import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    return 1;
  }
}

export default inWorkflow(
  "what has ended cannot be terminated",
  async ({ create, end, fails, note }) => {
    const instance = await create();
    note("ended", await end(instance));
    await fails("terminate", () => instance.terminate());
    await fails("with rollback", () => instance.terminate({ rollback: true }));
    await fails("pause", () => instance.pause());
    await fails("resume", () => instance.resume());
    note("still", await instance.status());
  },
);
