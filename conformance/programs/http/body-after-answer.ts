import { waitUntil } from "cloudflare:workers";
import { fromClient } from "../../worker/program.ts";

/** What reading came to, by path. */
const seen: Record<string, unknown> = {};

async function read(path: string, reading: Promise<unknown>): Promise<void> {
  try {
    seen[path] = await reading;
  } catch (error) {
    seen[path] = String(error);
  }
}

const READ: Record<string, (request: Request) => Promise<() => Promise<unknown>>> = {
  "/unread": async (request) => () => request.text(),
  "/stream": async ({ body }) => {
    return () => new Response(body).text();
  },
  "/copy": async (request) => {
    const copy = new Request(request, { headers: { a: "b" } });
    return () => copy.text();
  },
  "/half": async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    return () => reader.read();
  },
  "/clone": async (request) => {
    const clone = request.clone();
    await request.text();
    return () => clone.text();
  },
};

export default fromClient("a body that is read when the answer was sent", {
  async fetch(request, _objects, path) {
    if (path === "/seen") return Response.json(seen[new URL(request.url).search.slice(1)] ?? null);
    const later = await READ[path]!(request);
    waitUntil(scheduler.wait(50).then(() => read(path, later())));
    return new Response("early");
  },
  async client({ fetch, note, until }) {
    for (const path of Object.keys(READ)) {
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode("first"));
          if (path !== "/clone") await new Promise((resolve) => setTimeout(resolve, 100));
          controller.close();
        },
      });
      const init = { method: "POST", body, duplex: "half" } as RequestInit;
      note(path, await (await fetch(path, init)).text());
      let answer = "";
      await until(async () => {
        answer = await (await fetch(`/seen?${path}`)).text();
        return answer !== "null";
      });
      note(`${path}, later`, answer);
    }
  },
});
