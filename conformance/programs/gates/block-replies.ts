import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Slow extends DurableObject {
  async answer() {
    await scheduler.wait(10);
    return "answer";
  }
}

export class Subject extends DurableObject {
  async run(slow: { answer(): Promise<string> }) {
    const seen: string[] = [];
    const asked = slow.answer().then(() => seen.push("answer"));
    await this.ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(60);
      seen.push("section ends");
    });
    await asked;
    return seen;
  }
}

export default inWorker<{ Subject: Subject; Slow: Slow }>(
  "a reply from before waits for the section",
  async ({ objects, note }) => {
    const subject = objects.Subject.getByName("x") as unknown as {
      run(slow: unknown): Promise<unknown>;
    };
    note("order", await subject.run(objects.Slow.getByName("x")));
  },
);
