import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {
  props() {
    return this.ctx.props;
  }
}

export default inWorker("props of a service binding", async ({ services, exports, note }) => {
  note("from the configuration", await (services.Entry as { props(): Promise<unknown> }).props());
  note("of the export", await (exports.Entry as { props(): Promise<unknown> }).props());
});
