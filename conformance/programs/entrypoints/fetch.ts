import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  override async fetch(request: Request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/throw") throw new RangeError("in fetch");
    return Response.json([request.method, request.url, await request.text()], { status: 203 });
  }
}

export default inWorker("fetch of an entrypoint", async ({ exports, fails }) => {
  const entry = exports.Entry as unknown as Fetcher;
  await fails("text", async () => (await entry.fetch("http://any/path?q#f")).json());
  await fails("init", async () =>
    (await entry.fetch("http://any/", { method: "PUT", body: "b" })).json(),
  );
  await fails("request", async () => (await entry.fetch(new Request("http://r/"))).status);
  await fails("relative", () => entry.fetch("/relative"));
  await fails("throws", () => entry.fetch("http://x/throw"));
});
