import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  props() {
    return this.ctx.props;
  }
}

export default inWorker("misuse of an export", async ({ exports, fails }) => {
  const entry = exports.Entry as (options?: unknown) => { props(): Promise<unknown> };
  await fails("no options", () => entry().props());
  await fails("no props", () => entry({}).props());
  await fails("props that are no object", () => entry({ props: 5 }).props());
  await fails("props with a function", () => entry({ props: { f: () => 1 } }).props());
  await fails("props with a date", () =>
    entry({ props: { d: new Date(0), m: new Map([[1, 2]]) } }).props(),
  );
  await fails("a text", () => entry("text").props());
});
