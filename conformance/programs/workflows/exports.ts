import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    return 1;
  }
}

export default inWorkflow(
  "a workflow is on `ctx.exports`",
  async ({ create, end, exports, note }) => {
    const exported = exports.Flow as { create?: unknown; get?: unknown } | undefined;
    note("there", [typeof exported?.create, typeof exported?.get]);
    note("ended", await end(await create()));
  },
  { accept: { there: "the documents say that it is there; miniflare does not know of it" } },
);
