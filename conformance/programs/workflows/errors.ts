import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { caught, inWorkflow, type LooseStep } from "../../worker/program.ts";

export class Flow extends WorkflowEntrypoint {
  override async run(_event: Readonly<WorkflowEvent<unknown>>, step: WorkflowStep) {
    const loose = step as unknown as LooseStep;
    const thrown: Record<string, unknown> = {
      type: new TypeError("t"),
      syntax: new SyntaxError("s"),
      custom: Object.assign(new Error("c"), { name: "Custom", code: 7 }),
      aggregate: new AggregateError([new Error("x")], "many"),
      dom: new DOMException("d", "AbortError"),
      text: "a text",
      number: 5,
      nothing: undefined,
      record: { a: 1 },
    };
    const seen: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(thrown)) {
      seen[name] = await caught(() =>
        loose.do(name, { retries: { limit: 0, delay: 1 } }, async () => {
          throw value;
        }),
      );
    }
    return seen;
  }
}

export default inWorkflow(
  "an error of a step is an Error with the name in its message, unless its class is built in",
  async ({ run }) => {
    await run("ended");
  },
);
