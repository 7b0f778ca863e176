import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  give(status: number) {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x", "y"],
    ]);
    return new Response(status === 204 ? null : "body", { status, statusText: "Fine", headers });
  }
}

export default inWorker<{ Subject: Subject }>("a response keeps its fields", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  for (const status of [200, 204, 404, 599]) {
    const answer = (await stub.give(status)) as unknown as Response;
    const cookies = answer.headers.getSetCookie();
    const fields = [answer.status, answer.statusText, answer.ok, cookies, answer.url];
    tools.note(`${status}`, [...fields, await answer.text()]);
  }
});
