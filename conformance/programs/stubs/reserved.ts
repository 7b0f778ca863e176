import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  dup() {
    return "mine";
  }
  override alarm() {
    return;
  }
  override webSocketMessage() {
    return;
  }
  override webSocketClose() {
    return;
  }
  override webSocketError() {
    return;
  }
}

export default inWorker<{ Subject: Subject }>("names that RPC reserves", async (tools) => {
  const { objects, fails } = tools;
  const stub = objects.Subject.getByName("reserved") as unknown as Record<string, () => unknown>;
  for (const name of ["dup", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"]) {
    await fails(name, () => stub[name]!());
  }
});
