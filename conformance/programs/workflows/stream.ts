import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const stream = (await loose.do("a", async () => {
      const parts = ["hello ", "world"].map((part) => new TextEncoder().encode(part));
      return new ReadableStream({
        pull(controller) {
          const part = parts.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(part);
        },
      });
    })) as ReadableStream;
    return { kind: stream.constructor.name, text: await new Response(stream).text() };
  }
}

export default inWorkflow(
  "a step may return a stream of bytes",
  async ({ run }) => {
    await run("ended");
  },
  { accept: { "events of instance-1": "the local engine joins small chunks" } },
);
