import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const functions: Record<string, () => unknown> = {
      throws: () => {
        throw new Error("boo");
      },
      "throws a text": () => {
        throw "boo";
      },
      text: () => "soon",
      negative: () => -1,
      nothing: () => undefined,
      infinite: () => Number.POSITIVE_INFINITY,
      duration: () => "0 seconds",
      later: async () => 5,
    };
    const seen: Record<string, unknown> = {};
    for (const [name, delay] of Object.entries(functions)) {
      seen[name] = await caught(() =>
        loose.do(name, { retries: { limit: 1, delay } }, async () => {
          throw new Error("failed");
        }),
      );
    }
    return seen;
  }
}

export default inWorkflow("a function that says no delay ends the step", async ({ run }) => {
  await run("ended");
});
