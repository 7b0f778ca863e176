import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  keys() {
    return Object.keys(this.ctx.exports).filter((name) => name.startsWith("exports_keys__"));
  }
}

export class Entry extends WorkerEntrypoint {
  keys() {
    return Object.keys(this.ctx.exports).filter((name) => name.startsWith("exports_keys__"));
  }
}

export default inWorker<{ Subject: Subject }>("the names of exports", async (tools) => {
  const names = (keys: string[]) => keys.filter((name) => name.startsWith("exports_keys__")).sort();
  tools.note("in the Worker", names(Object.keys(tools.ctx.exports)));
  tools.note("in an object", names(await tools.objects.Subject.getByName("x").keys()));
  const entry = tools.exports.Entry as unknown as { keys(): Promise<string[]> };
  tools.note("in an entrypoint", names(await entry.keys()));
  tools.note("the default", "default" in tools.ctx.exports);
});
