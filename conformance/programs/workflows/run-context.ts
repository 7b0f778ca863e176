import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>) {
    const names: string[] = [];
    for (const name in this.ctx) names.push(name);
    return {
      kind: this.ctx.constructor.name,
      names,
      props: (this.ctx as unknown as { props: unknown }).props,
      self: this instanceof WorkflowEntrypoint,
      env: typeof this.env,
    };
  }
}

export default inWorkflow("`ctx` and `env` of a run", async ({ run }) => {
  await run("ended");
});
