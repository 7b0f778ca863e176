import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async use(callback: (n: number) => Promise<void>) {
    await Promise.all([callback(1), callback(2), callback(3)]);
  }
}

export default inWorker<{ Subject: Subject }>("calls back arrive in order", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as {
    use(callback: (n: number) => void): Promise<void>;
  };
  const seen: number[] = [];
  await stub.use((n) => void seen.push(n));
  tools.note("seen", seen);
});
