import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  context() {
    const names = ["waitUntil", "passThroughOnException", "props", "exports"];
    return [names.filter((name) => name in this.ctx), typeof this.env, this.ctx.props];
  }
}

type Open = { context(): Promise<unknown> };

export default inWorker("what an entrypoint has", async ({ exports, ctx, note, fails }) => {
  note("in an entrypoint", await (exports.Entry as Open).context());
  note(
    "in the Worker",
    ["waitUntil", "passThroughOnException", "props", "exports"].filter((it) => it in ctx),
  );
  await fails("passThroughOnException", () => ctx.passThroughOnException());
  await fails("waitUntil with nothing", () => (ctx.waitUntil as () => void)());
});
