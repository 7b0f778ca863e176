import { fromClient } from "../../worker/program.ts";

export default fromClient("a body is read while it is sent", {
  async fetch(request) {
    const reader = request.body!.getReader();
    const { value } = await reader.read();
    let rest = 0;
    for (;;) {
      const next = await reader.read();
      if (next.done) break;
      rest += next.value.length;
    }
    return Response.json([new TextDecoder().decode(value), rest]);
  },
  async client({ fetch, note, sleep }) {
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode("first"));
        await sleep(150);
        controller.enqueue(new TextEncoder().encode("second"));
        controller.close();
      },
    });
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    note("answer", await (await fetch("/", init)).json());
  },
});
