import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint<object, { from?: string }> {
  who() {
    return this.ctx.props.from ?? "nobody";
  }
}

export class Subject extends DurableObject {
  async ask(entry: { who(): Promise<string> }) {
    return `it is from ${await entry.who()}`;
  }
}

export default inWorker<{ Subject: Subject }>("a service binding as an argument", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as {
    ask(it: unknown): Promise<string>;
  };
  await tools.fails("asked", () => stub.ask(tools.services.Entry));
});
