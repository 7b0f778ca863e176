import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Child extends DurableObject {
  override async fetch(request: Request) {
    return Response.json([request.method, new URL(request.url).pathname, await request.text()]);
  }
}

export class Parent extends DurableObject {
  override fetch(request: Request) {
    const name = request.headers.get("x-class")!;
    const child = (this.ctx.exports as Record<string, DurableObjectClass<Child>>)[name]!;
    return this.ctx.facets.get("a", () => ({ class: child })).fetch(request);
  }
}

export default inWorker<{ Parent: Parent; Child: Child }>(
  "a request for a child",
  async ({ objects, className, note }) => {
    const answer = await objects.Parent.getByName("x").fetch("http://x/path", {
      method: "POST",
      body: "sent",
      headers: { "x-class": className("Child") },
    });
    note("answer", await answer.json());
  },
);
