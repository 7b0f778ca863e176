import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    return Response.json([...request.headers]);
  }
}

export default inWorker<{ Subject: Subject }>("headers pass as they are", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const send = async (headers: HeadersInit) => (await stub.fetch("http://h/", { headers })).json();
  tools.note("unknown", await send({ "X-Unknown": "Kept", "cf-own": "1" }));
  tools.note("none", await send({}));
  tools.note("host and cookies", await send({ cookie: "a=1; b=2", accept: "x/y" }));
  tools.note(
    "twice",
    await send([
      ["x", "1"],
      ["X", "2"],
    ]),
  );
});
