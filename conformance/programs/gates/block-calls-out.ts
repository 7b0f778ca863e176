import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Other extends DurableObject {
  answer() {
    return "answer";
  }
}

export class Subject extends DurableObject {
  async run(other: { answer(): Promise<string> }) {
    return this.ctx.blockConcurrencyWhile(async () => other.answer());
  }
}

export default inWorker<{ Subject: Subject; Other: Other }>(
  "a section may call others",
  async ({ objects, note }) => {
    const subject = objects.Subject.getByName("x") as unknown as {
      run(other: unknown): Promise<unknown>;
    };
    note("answer", await subject.run(objects.Other.getByName("x")));
  },
);
