import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const seen: string[] = [];

export class Entry extends WorkerEntrypoint {
  async add(name: string) {
    seen.push(name);
    await scheduler.wait(1);
  }
}

type Open = { add(name: string): Promise<void> };

export default inWorker("calls on an entrypoint arrive in order", async ({ exports, note }) => {
  const entry = exports.Entry as Open;
  await Promise.all(["1", "2", "3", "4"].map((name) => entry.add(name)));
  note("seen", seen);
});
