import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #running = 0;
  #most = 0;
  async slow() {
    this.#running++;
    this.#most = Math.max(this.#most, this.#running);
    await scheduler.wait(20);
    this.#running--;
  }
  most() {
    return this.#most;
  }
}

export default inWorker<{ Subject: Subject }>("events overlap across awaits", async (t) => {
  const stub = t.objects.Subject.getByName("overlap");
  await Promise.all([stub.slow(), stub.slow(), stub.slow()]);
  t.note("at once", await stub.most());
});
