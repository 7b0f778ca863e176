import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  async tell(request: Request) {
    return [
      request.method,
      request.url,
      [...request.headers],
      request.redirect,
      request.body === null,
    ];
  }
}

export default inWorker<{ Subject: Subject }>("a request keeps its fields", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const request = new Request("https://u.example/p?q#f", {
    method: "DELETE",
    headers: { "X-A": "1" },
    redirect: "manual",
  });
  tools.note("fields", await stub.tell(request));
});
