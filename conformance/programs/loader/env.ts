import { WorkerEntrypoint } from "cloudflare:workers";
import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export class Service extends WorkerEntrypoint<object, { name: string }> {
  greet(whom: string) {
    return `${this.ctx.props.name} greets ${whom}`;
  }

  override async fetch(request: Request) {
    return new Response(`served ${new URL(request.url).pathname}`);
  }
}

type Made = (options: { props: object }) => unknown;

const main = `
import { env as imported } from "cloudflare:workers";
const early = Object.keys(imported);
export default {
  look(_, env) { env.list.push(4); return [env.text, env.when, env.list, env.map, early, imported === env]; },
  async call(_, env) { return [await env.S.greet("me"), await (await env.S.fetch("http://s/x")).text()]; },
};`;

export default inWorker(
  "the env of a loaded Worker is a copy",
  async ({ exports, note, fails }) => {
    const list = [1, 2, 3];
    const service = (exports.Service as Made)({ props: { name: "the parent" } });
    const env = { text: "t", when: new Date(5), list, map: new Map([[1, { a: 1 }]]), S: service };
    const worker = load(main, { env });
    list.push(99);
    await fails("values", () => worker.look!(1));
    await fails("again", () => worker.look!(1));
    note("here", list);
    await fails("a service", () => worker.call!(1));
    await fails("none", () =>
      load("export default { keys(_, env) { return Object.keys(env); } }").keys!(1),
    );
  },
);
