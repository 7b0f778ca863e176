import { waitUntil } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let finished = "not yet";

async function finish() {
  await scheduler.wait(5);
  finished = "finished";
}

export default inWorker("waitUntil by import", async ({ note, sleep }) => {
  note("returns", waitUntil(finish()));
  await sleep(40);
  note("later", finished);
});
