import { code, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class A extends WorkerEntrypoint {
  #count = 0;
  field = 1;
  count() { this.#count += 1; return this.#count; }
  get name() { return "a getter"; }
}
export class Empty extends WorkerEntrypoint {}
export const handlers = { plain(a, env, ctx) { return [a, Object.keys(env), ctx.props]; } };
export default class extends WorkerEntrypoint {
  fetch(request) { return new Response("default " + new URL(request.url).pathname); }
  who() { return "the default"; }
}`;

export default inWorker(
  "entrypoints of a loaded Worker",
  async ({ fails }) => {
    const worker = loader().load(code(main));
    await fails("the default", () => worker.getEntrypoint().who!());
    await fails("by null", () => worker.getEntrypoint(null).who!());
    await fails("by its name", () => worker.getEntrypoint("default").who!());
    await fails("fetch", async () => (await worker.getEntrypoint().fetch("http://x/p")).text());
    const a = worker.getEntrypoint("A");
    await fails("an instance for each call", async () => [await a.count!(), await a.count!()]);
    await fails("a getter", () => a.name as unknown);
    await fails("a field", () => a.field as unknown);
    await fails("no such method", () => a.nope!());
    await fails("no fetch", async () => (await a.fetch("http://x/")).text());
    await fails("handlers", () => worker.getEntrypoint("handlers").plain!(1));
    await fails("none of that name", () => worker.getEntrypoint("Nope").go!());
    await fails("none, by fetch", () => worker.getEntrypoint("Nope").fetch("http://x/"));
    const none = loader().load(code("export const named = {}"));
    await fails("no default", () => none.getEntrypoint().go!(1));
  },
  {
    accept: { "no default": "workerd has an internal error there" },
  },
);
