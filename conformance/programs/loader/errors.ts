import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import { WorkerEntrypoint } from "cloudflare:workers";
class Own extends Error { constructor(m) { super(m); this.name = "Own"; this.code = "E_OWN"; this.extra = { a: [1] }; } }
export default class extends WorkerEntrypoint {
  type() { throw new TypeError("t"); }
  own() { throw new Own("mine"); }
  text() { throw "a text"; }
  nothing() { throw undefined; }
  object() { throw { a: 1 }; }
  cause() { throw new Error("outer", { cause: new RangeError("inner") }); }
  dom() { throw new DOMException("d", "AbortError"); }
  async late() { await null; throw new SyntaxError("late"); }
  abort() { this.ctx.abort?.("given up"); }
}`;

export default inWorker("errors of a loaded Worker", async ({ fails }) => {
  const worker = load(main);
  for (const name of ["type", "own", "text", "nothing", "object", "cause", "dom", "late"]) {
    await fails(name, () => worker[name]!());
  }
  await fails("it goes on", () => worker.type!());
});
