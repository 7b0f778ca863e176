import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const got = (await step.do("a", async () => ({
      date: new Date(0),
      map: new Map([[1, "one"]]),
      set: new Set([1]),
      bytes: new Uint8Array([1, 2]),
      pattern: /x/gi,
      error: new TypeError("t"),
      none: undefined,
    }))) as unknown as Record<string, unknown>;
    return {
      kinds: Object.entries(got).map(([key, value]) => `${key}: ${value?.constructor.name}`),
      map: (got.map as Map<unknown, unknown>).get(1),
      none: "none" in got,
      message: (got.error as Error).message,
    };
  }
}

export default inWorkflow(
  "results keep their kinds",
  async ({ run }) => {
    await run("ended");
  },
  {
    accept: {
      "events of instance-1":
        "the local engine keeps the JSON of a result in its log; here it is the value",
    },
  },
);
