import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override fetch(request: Request) {
    return Response.json([request.cf ?? null, request.redirect, request.method]);
  }
}

export default inWorker<{ Subject: Subject }>("cf of a request", async ({ objects, fails }) => {
  const stub = objects.Subject.getByName("x");
  const seen = async (answer: Promise<Response>) => (await answer).json();
  await fails("none", () => seen(stub.fetch("http://x/")));
  await fails("in init", () => seen(stub.fetch("http://x/", { cf: { a: 1 } as never })));
  const request = new Request("http://x/", { cf: { deep: { list: [1] } } } as never);
  await fails("of a request", () => seen(stub.fetch(request)));
  await fails("of a copy", () => seen(stub.fetch(new Request(request))));
  await fails("of a clone", () => seen(stub.fetch(request.clone())));
  await fails("replaced", () => seen(stub.fetch(request, { cf: { b: 2 } as never })));
});
