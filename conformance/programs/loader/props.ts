import { WorkerEntrypoint } from "cloudflare:workers";
import { code, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export class Service extends WorkerEntrypoint {
  greet(whom: string) {
    return `hello ${whom}`;
  }
}

type Made = (options: { props: object }) => unknown;

const main = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class Named extends WorkerEntrypoint {
  props() { this.ctx.props.seen = true; return this.ctx.props; }
  greet() { return this.ctx.props.S.greet("you"); }
}
export default { props(_, env, ctx) { return ctx.props; } };`;

export default inWorker(
  "props of the entrypoints of a loaded Worker",
  async ({ exports, fails }) => {
    const worker = loader().load(code(main));
    const props = { x: 1, list: [new Date(1)] };
    const named = worker.getEntrypoint("Named", { props });
    props.x = 2;
    await fails("given", () => named.props!());
    await fails("again", () => named.props!());
    await fails("others", () => worker.getEntrypoint("Named", { props: { y: 2 } }).props!());
    await fails("none", () => worker.getEntrypoint("Named").props!());
    await fails("of the default", () => worker.getEntrypoint(null, { props: { z: 3 } }).props!(1));
    const service = (exports.Service as Made)({ props: {} });
    await fails("a service", () =>
      worker.getEntrypoint("Named", { props: { S: service } }).greet!(),
    );
    await fails("a function", () =>
      worker.getEntrypoint("Named", { props: { f: (a: number) => a } }).props!(),
    );
    await fails("a number", () => worker.getEntrypoint("Named", { props: 3 }).props!());
    await fails("options that are none", () => worker.getEntrypoint("Named", 3).props!());
  },
);
