import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const streamOf = (...chunks: unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

const ANSWERS: Record<string, () => Response> = {
  "/nothing": () => new Response(null),
  "/text": () => new Response("four"),
  "/empty": () => new Response(""),
  "/stream": () => new Response(streamOf(new TextEncoder().encode("four"))),
  "/text-stream": () => new Response(streamOf("té", "xt")),
  "/buffer-stream": () =>
    new Response(streamOf(new Uint8Array([65, 66]).buffer, new Uint16Array([0x4141]))),
  "/number-stream": () => new Response(streamOf(5)),
  "/204": () => new Response(null, { status: 204 }),
  "/404": () => new Response("x", { status: 404 }),
  "/named": () => new Response("x", { status: 404, statusText: "Gone Fishing" }),
  "/length": () => new Response(null, { headers: { "content-length": "7" } }),
};

const answer = ({ url }: Request) => ANSWERS[new URL(url).pathname]!();

export class Subject extends DurableObject {
  override fetch(request: Request) {
    return answer(request);
  }
}

export class Service extends WorkerEntrypoint {
  override fetch(request: Request) {
    return answer(request);
  }
}

export default inWorker<{ Subject: Subject }>(
  "what a response has that came through a stub",
  async ({ objects, services, fails }) => {
    const stubs = { object: objects.Subject.getByName("x"), service: services.Service as Fetcher };
    for (const [kind, stub] of Object.entries(stubs)) {
      for (const path of Object.keys(ANSWERS)) {
        for (const method of path === "/number-stream" ? ["GET"] : ["GET", "HEAD"]) {
          const label = `${kind}, ${method} ${path}`;
          const act = async () => {
            const response = await stub.fetch(`http://x${path}`, { method });
            const { status, statusText, headers, body } = response;
            return [status, statusText, [...headers], body === null, await response.text()];
          };
          if (path !== "/number-stream") await fails(label, act);
          else await fails(label, () => act().catch(({ name }) => name));
        }
      }
    }
  },
);
