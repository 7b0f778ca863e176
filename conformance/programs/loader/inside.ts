import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import { DurableObject, exports, WorkerEntrypoint, RpcTarget, waitUntil } from "cloudflare:workers";
export class Other extends WorkerEntrypoint {
  props() { return this.ctx.props; }
  echo(value) { return value; }
}
export class Stored extends DurableObject {}
export default class extends WorkerEntrypoint {
  names() { return [Object.keys(this.ctx.exports).sort(), Object.keys(exports).sort()]; }
  async loopback() {
    const { Other } = this.ctx.exports;
    return [await Other.props(), await Other({ props: { a: 1 } }).props(), await Other.echo([1])];
  }
  kinds() { return [typeof this.ctx.exports.Stored, typeof this.ctx.exports.Stored.idFromName]; }
  context() { return [typeof this.ctx.waitUntil, typeof this.ctx.props, this.ctx.exports === exports]; }
  async waits(report) {
    const kept = report.dup();
    this.ctx.waitUntil(scheduler.wait(20).then(() => kept("waited")));
    return "answered";
  }
  async timers() {
    const seen = [];
    setTimeout(() => seen.push("timeout"), 5);
    queueMicrotask(() => seen.push("microtask"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    return seen;
  }
}`;

export default inWorker(
  "what code of a loaded Worker has around it",
  async ({ note, fails, until }) => {
    const worker = load(main);
    await fails("names", () => worker.names!());
    await fails("loopback", () => worker.loopback!());
    await fails("kinds", () => worker.kinds!());
    await fails("context", () => worker.context!());
    const reported: unknown[] = [];
    await fails("answer", () => worker.waits!((value: unknown) => void reported.push(value)));
    await until(() => reported.length > 0);
    note("reported", reported);
    await fails("timers", () => worker.timers!());
  },
);
