import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async use(ask: (answer: (text: string) => string) => Promise<string>) {
    return `object heard: ${await ask((text) => `object got ${text}`)}`;
  }
}

type Ask = (answer: (text: string) => Promise<string>) => Promise<string>;

export default inWorker<{ Subject: Subject }>(
  "a callback gets a callback",
  async ({ objects, note }) => {
    const stub = objects.Subject.getByName("x") as unknown as { use(ask: Ask): Promise<string> };
    note("answer", await stub.use(async (answer) => `caller heard: ${await answer("hi")}`));
  },
);
