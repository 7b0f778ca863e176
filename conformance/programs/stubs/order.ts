import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: number[] = [];
  add(n: number) {
    this.#seen.push(n);
    return this.#seen.length;
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>(
  "calls on one stub arrive in the order they were made",
  async ({ objects, note }) => {
    const stub = objects.Subject.getByName("order");
    const calls = [1, 2, 3, 4, 5].map((n) => stub.add(n));
    note("not awaited", await Promise.all(calls));
    note("seen", await stub.seen());
  },
);
