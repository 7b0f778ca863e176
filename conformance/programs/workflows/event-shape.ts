import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(event: Readonly<WorkflowEvent<unknown>>) {
    return {
      keys: Object.keys(event),
      kind: event.constructor.name,
      time: event.timestamp instanceof Date,
      id: event.instanceId,
      name: event.workflowName.endsWith("__Flow"),
      payload: event.payload,
    };
  }
}

export default inWorkflow("the event of a run", async ({ run }) => {
  await run("with params", { a: [1] });
  await run("without params");
});
