import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint<object, { name: string }> {
  name() {
    return this.ctx.props.name ?? "none";
  }
}

export class Subject extends DurableObject {
  async ask(entry: { name(): Promise<string> }) {
    return `it said ${await entry.name()}`;
  }
}

type Made = ((options: { props: object }) => unknown) & object;

export default inWorker<{ Subject: Subject }>("an entrypoint as an argument", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as {
    ask(it: unknown): Promise<string>;
  };
  const entry = tools.exports.Entry as Made;
  await tools.fails("with props", () => stub.ask(entry({ props: { name: "given" } })));
  await tools.fails("without", () => stub.ask(entry({ props: {} })));
});
