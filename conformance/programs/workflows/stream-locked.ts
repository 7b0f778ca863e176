import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    return await caught(() =>
      loose.do("a", { retries: { limit: 1, delay: 1 } }, async () => {
        const stream = new ReadableStream({ start: (controller) => controller.close() });
        stream.getReader();
        return stream;
      }),
    );
  }
}

export default inWorkflow("a stream that is locked fails the attempt", async ({ run }) => {
  await run("ended");
});
