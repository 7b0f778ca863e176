import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  fail(): number {
    throw new RangeError("failed");
  }
  five() {
    return 5;
  }
}

export default inWorker<{ Subject: Subject }>(
  "catch and finally of a call",
  async ({ objects, note }) => {
    const stub = objects.Subject.getByName("x");
    note("catch", await stub.fail().catch((error: Error) => error.message));
    let ran = 0;
    note("finally", await stub.five().finally(() => void ran++));
    await stub
      .fail()
      .finally(() => void ran++)
      .catch(() => undefined);
    note("ran", ran);
    note("then", await stub.five().then((n) => n + 1));
    note("awaited twice", [await stub.five(), await stub.five()]);
  },
);
