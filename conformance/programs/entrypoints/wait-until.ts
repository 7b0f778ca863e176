import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let finished = "not yet";

export class Entry extends WorkerEntrypoint {
  start() {
    this.ctx.waitUntil(scheduler.wait(20).then(() => (finished = "finished")));
    return "started";
  }
  finished() {
    return finished;
  }
}

type Open = Record<"start" | "finished", () => Promise<string>>;

export default inWorker("waitUntil of an entrypoint", async ({ exports, note, until }) => {
  const entry = exports.Entry as Open;
  note("start", await entry.start());
  note("at once", await entry.finished());
  await until(async () => (await entry.finished()) === "finished");
  note("later", await entry.finished());
});
