import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { code, type Loaded, load, loader } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export class Service extends WorkerEntrypoint<object, { z: number }> {
  hi(name: string) {
    return `hi ${name} ${JSON.stringify(this.ctx.props)}`;
  }

  back(loaded: Loaded) {
    return loaded.hi!("service");
  }
}

export class Subject extends DurableObject {
  async hi(name: string) {
    return `${this.ctx.id.name} says hi to ${name}`;
  }
}

type Made = (options: { props: object }) => Loaded;

const main = `
import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  go(service) { return service.hi("loaded"); }
  async give(service) { return await service.fetch?.("http://x/"); }
  own() { return this.ctx.exports.Inner; }
}
export class Inner extends WorkerEntrypoint { hi(name) { return "inner " + name; } }`;

export default inWorker<{ Subject: Subject }>("stubs to a loaded Worker", async (tools) => {
  const { objects, exports, fails } = tools;
  const worker = loader().load(code(main));
  const loaded = worker.getEntrypoint();
  const service = (exports.Service as Made)({ props: { z: 1 } });
  await fails("an entrypoint", () => loaded.go!(service));
  await fails("an object", () => loaded.go!(objects.Subject.getByName("the object")));
  await fails("a namespace", () => loaded.go!(objects.Subject));
  await fails("its own entrypoint", () => loaded.go!(worker.getEntrypoint("Inner")));
  await fails("to another loaded Worker", () => load(main).go!(loaded));
  await fails("to the parent's service", () => service.back!(worker.getEntrypoint("Inner")));
  await fails("in the env of another", () => load(main, { env: { loaded } }).go!(service));
  await fails("a worker's stub", () => loaded.go!(worker));
});
