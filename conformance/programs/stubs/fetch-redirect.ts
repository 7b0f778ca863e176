import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/from") return Response.redirect("http://x/to", 302);
    if (pathname === "/lost") return new Response(null, { status: 303 });
    return new Response(`${request.method} ${pathname}`);
  }
}

export default inWorker<{ Subject: Subject }>(
  "redirects of an object",
  async ({ objects, fails }) => {
    const stub = objects.Subject.getByName("x");
    const tell = async (answer: Promise<Response>) => {
      const { status, url, redirected, headers, ...rest } = await answer;
      return [status, url, redirected, headers.get("location"), Object.keys(rest).length];
    };
    await fails("manual", () => tell(stub.fetch("http://x/from", { redirect: "manual" })));
    await fails("followed", async () => (await stub.fetch("http://x/from")).text());
    await fails("a POST is followed as a GET", async () =>
      (await stub.fetch("http://x/from", { method: "POST", body: "b" })).text(),
    );
    await fails("without a location", () => tell(stub.fetch("http://x/lost")));
  },
);
