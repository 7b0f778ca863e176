import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  fail(): void {
    throw Object.assign(new RangeError("in the entrypoint"), { code: 3 });
  }
}

export class Broken extends WorkerEntrypoint {
  constructor(ctx: ExecutionContext, env: object) {
    super(ctx, env);
    throw new TypeError("in the constructor");
  }
  hello() {
    return "hello";
  }
}

type Open = Record<"fail" | "hello" | "fetch", (url?: string) => Promise<unknown>>;

export default inWorker("errors of an entrypoint", async ({ exports, fails }) => {
  await fails("method", () => (exports.Entry as Open).fail());
  await fails("no fetch handler", () => (exports.Entry as Open).fetch("http://x/"));
  await fails("constructor", () => (exports.Broken as Open).hello());
});
