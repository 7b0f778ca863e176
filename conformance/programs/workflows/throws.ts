import { WorkflowEntrypoint, type WorkflowEvent } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(event: Readonly<WorkflowEvent<{ kind?: string }>>) {
    const { kind } = event.payload;
    if (kind === "type") throw new TypeError("not this");
    if (kind === "text") throw "a text";
    if (kind === "object") throw { a: 1 };
    if (kind === "custom") throw Object.assign(new Error("own"), { name: "Custom", code: 7 });
    throw new Error("plain");
  }
}

export default inWorkflow("what a run throws is the error of the instance", async ({ run }) => {
  for (const kind of ["plain", "type", "text", "object", "custom"]) await run(kind, { kind });
});
