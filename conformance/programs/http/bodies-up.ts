import { fromClient } from "../../worker/program.ts";

export default fromClient("bodies of requests", {
  async fetch(request) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const sum = bytes.reduce((total, byte) => (total + byte) % 65_521, 0);
    return Response.json([request.headers.get("content-type"), bytes.length, sum]);
  },
  async client({ fetch, note }) {
    const send = async (body: BodyInit) => (await fetch("/", { method: "POST", body })).json();
    note("text", await send("text"));
    note("empty", await send(""));
    note("bytes", await send(new Uint8Array(1000).fill(7)));
    note("a mebibyte", await send(new Uint8Array(2 ** 20).fill(1)));
    note("parameters", await send(new URLSearchParams({ a: "1" })));
  },
});
