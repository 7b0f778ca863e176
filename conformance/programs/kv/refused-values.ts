import { inObject } from "../../worker/program.ts";

export default inObject("values that cannot be kept", async ({ storage, ctx, fails }) => {
  const values: Record<string, unknown> = {
    Response: new Response("x"),
    Request: new Request("http://a/"),
    Headers: new Headers(),
    stream: new ReadableStream(),
    URL: new URL("http://a/"),
    WeakMap: new WeakMap(),
    generator: (function* () {
      yield 1;
    })(),
    storage,
    id: ctx.id,
    socket: new WebSocketPair()[0],
    "deep function": { a: [() => 1] },
  };
  for (const [label, value] of Object.entries(values)) {
    await fails(label, () => storage.put("k", value));
  }
});
