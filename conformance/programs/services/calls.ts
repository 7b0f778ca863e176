import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  add(a: number, b: number) {
    return a + b;
  }
  fail(): void {
    throw new RangeError("in the service");
  }
}

type Open = { add(a: number, b: number): Promise<number>; fail(): Promise<void>; nope(): unknown };

export default inWorker("calls on a service binding", async ({ services, fails }) => {
  const entry = services.Entry as Open;
  await fails("result", () => entry.add(2, 3));
  await fails("error", () => entry.fail());
  await fails("missing", () => entry.nope());
});
