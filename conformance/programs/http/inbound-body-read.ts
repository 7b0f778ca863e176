import { DurableObject } from "cloudflare:workers";
import { fromClient, Trace } from "../../worker/program.ts";

export class Echo extends DurableObject {
  override async fetch(request: Request) {
    return new Response(`heard ${await request.text()}`);
  }
}

export default fromClient<{ Echo: Echo }>("a request from outside whose body was read stays read", {
  async fetch(request, { Echo }) {
    const { note, refuses, entries } = new Trace();
    note("text", await request.text());
    note("used", request.bodyUsed);
    note("has no body", request.body === null);
    note("still used", request.bodyUsed);
    await refuses("read again", () => request.text());
    await refuses("cloned", () => request.clone().method);
    await refuses("made anew", () => new Request(request).method);
    await refuses("made anew elsewhere", () => new Request("http://x/", request).method);
    await refuses("sent on", () => Echo.getByName("x").fetch(request));
    return Response.json(entries);
  },
  async client({ fetch, merge }) {
    merge((await (await fetch("/", { method: "POST", body: "hello" })).json()) as never);
  },
});
