import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow } from "../../worker/program.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    void step.do("a", async () => {
      await pause(3000);
      return 1;
    });
    await step.do("b", async () => pause(200));
    return 5;
  }
}

export default inWorkflow(
  "a step that nobody awaits",
  async ({ run }) => {
    await run("ended");
  },
  {
    accept: {
      "events of instance-1":
        "a step that nobody awaits ends with the run; the local engine lets it go on after the end",
    },
    slow: true,
  },
);
