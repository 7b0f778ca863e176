import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  own = "own";
  arrow = () => "arrow";
  get getter() {
    return "getter";
  }
  method() {
    return "method";
  }
}

type Open = Record<string, (() => unknown) & PromiseLike<unknown>>;

export default inWorker(
  "which members of an entrypoint are reached",
  async ({ exports, fails }) => {
    const entry = exports.Entry as Open;
    await fails("method", () => entry.method!());
    await fails("getter", async () => await entry.getter);
    await fails("own field", async () => await entry.own);
    await fails("own arrow", () => entry.arrow!());
    await fails("missing", () => entry.missing!());
    await fails("env", async () => await entry.env);
    await fails("toString", () => entry.toString!());
  },
);
