import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(event: Readonly<WorkflowEvent<unknown>>) {
    const { payload } = event as unknown as { payload: Record<string, unknown> };
    return Object.entries(payload).map(([key, value]) => `${key}: ${value?.constructor.name}`);
  }
}

export default inWorkflow("params keep their kinds", async ({ run }) => {
  await run("params", { date: new Date(0), map: new Map(), bytes: new Uint8Array(1), list: [] });
});
