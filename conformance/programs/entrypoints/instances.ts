import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Entry extends WorkerEntrypoint {
  #instance = ++constructed;
  #calls = 0;
  call() {
    return [this.#instance, ++this.#calls];
  }
}

type Calls = { call(): Promise<unknown> };

export default inWorker("each call has an instance of its own", async ({ exports, note }) => {
  const entry = exports.Entry as Calls;
  note("first", await entry.call());
  note("second", await entry.call());
});
