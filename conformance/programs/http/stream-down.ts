import { fromClient } from "../../worker/program.ts";

export default fromClient("a body that is made while it is sent", {
  async fetch() {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const write = async () => {
      for (const part of ["one", "two", "three"]) {
        await writer.write(new TextEncoder().encode(part));
        await scheduler.wait(10);
      }
      await writer.close();
    };
    void write();
    return new Response(readable);
  },
  async client({ fetch, note }) {
    const answer = await fetch("/");
    note("length", answer.headers.get("content-length"));
    note("text", await answer.text());
  },
});
