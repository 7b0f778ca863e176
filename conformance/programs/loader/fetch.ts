import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (url.pathname === "/echo") return new Response(request.body, { status: 201, headers: { "x-type": request.headers.get("content-type") } });
    if (url.pathname === "/json") return Response.json({ method: request.method, a: url.searchParams.get("a") });
    if (url.pathname === "/redirect") return Response.redirect("http://x/json?a=2", 302);
    if (url.pathname === "/empty") return new Response(null, { status: 204 });
    if (url.pathname === "/chunks") {
      const { readable, writable } = new TransformStream();
      const writer = writable.getWriter();
      const encoder = new TextEncoder();
      ctx.waitUntil((async () => {
        for (const part of ["a", "b", "c"]) await writer.write(encoder.encode(part));
        await writer.close();
      })());
      return new Response(readable);
    }
    if (url.pathname === "/none") return "a text";
    throw new TypeError("nothing at " + url.pathname);
  },
};`;

export default inWorker("requests to a loaded Worker", async ({ fails }) => {
  const worker = load(main);
  const get = async (path: string, init?: RequestInit) => {
    const response = await worker.fetch(`http://x${path}`, init);
    return [response.status, await response.text(), response.headers.get("x-type")];
  };
  await fails("json", () => get("/json?a=1"));
  await fails("a body", () => get("/echo", { method: "POST", body: "a text" }));
  await fails("bytes", () => get("/echo", { method: "PUT", body: new Uint8Array([65, 66]) }));
  await fails("chunks", () => get("/chunks"));
  await fails("empty", () => get("/empty"));
  await fails("a redirect", () => get("/redirect"));
  await fails("a redirect by hand", () => get("/redirect", { redirect: "manual" }));
  await fails("a request", async () =>
    (await worker.fetch(new Request("http://x/json", { method: "DELETE" }))).json(),
  );
  await fails("no response", () => get("/none"));
  await fails("it throws", () => get("/other"));
});
