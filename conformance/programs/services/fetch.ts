import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  override async fetch(request: Request) {
    const { url, method } = request;
    return Response.json([url, method, request.headers.get("x"), await request.text()], {
      status: 202,
    });
  }
}

export default inWorker("fetch of a service binding", async ({ services, fails }) => {
  const entry = services.Entry as Fetcher;
  const tell = async (answer: Promise<Response>) => [
    (await answer).status,
    await (await answer).json(),
  ];
  await fails("text", () => tell(entry.fetch("https://any.host/path?q=1")));
  await fails("init", () =>
    tell(entry.fetch("http://x/", { method: "PUT", body: "b", headers: { x: "1" } })),
  );
  await fails("request", () =>
    tell(entry.fetch(new Request("http://r/", { headers: { x: "2" } }))),
  );
  await fails("relative", () => entry.fetch("/relative"));
});
