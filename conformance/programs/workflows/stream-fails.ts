import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    return await caught(() =>
      loose.do("a", { retries: { limit: 1, delay: 1 } }, async () => {
        return new ReadableStream({ pull: (controller) => controller.error(new Error("broken")) });
      }),
    );
  }
}

export default inWorkflow(
  "a stream that fails fails the instance",
  async ({ run }) => {
    await run("ended");
  },
  {
    accept: {
      ended: "the reason is what the stream failed with; the local engine loses it on the way",
      "events of instance-1":
        "the reason is what the stream failed with; the local engine loses it on the way",
    },
  },
);
