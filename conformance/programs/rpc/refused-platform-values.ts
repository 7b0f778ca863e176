import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
}

export default inWorker<{ Subject: Subject }>(
  "platform values that cannot cross",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x") as unknown as { echo(it: unknown): unknown };
    const values: Record<string, unknown> = {
      URL: new URL("http://a/"),
      URLSearchParams: new URLSearchParams("a=1"),
      FormData: new FormData(),
      Event: new Event("x"),
      TextEncoder: new TextEncoder(),
      WebSocketPair: new WebSocketPair(),
      WebSocket: new WebSocketPair()[0],
      context: tools.ctx,
    };
    for (const [label, value] of Object.entries(values))
      await tools.fails(label, () => stub.echo(value));
  },
);
