import { fromClient } from "../../worker/program.ts";

export default fromClient("redirects for a client", {
  async fetch(request, _objects, path) {
    if (path === "/end") return new Response(`end by ${request.method}`);
    const to = new URL(request.url);
    to.pathname = to.pathname.replace(path, "/end");
    return Response.redirect(to.href, Number(path.slice(1)));
  },
  async client({ fetch, note }) {
    for (const status of [301, 302, 303, 307, 308]) {
      const manual = await fetch(`/${status}`, { redirect: "manual" });
      note(`${status}`, [manual.status, manual.headers.get("location")?.endsWith("/end")]);
      note(`${status} followed`, await (await fetch(`/${status}`, { method: "PUT" })).text());
    }
  },
});
