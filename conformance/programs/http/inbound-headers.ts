import { fromClient, Trace } from "../../worker/program.ts";

export default fromClient("headers of a request from outside cannot be changed", {
  async fetch(request) {
    const { fails, note, entries } = new Trace();
    await fails("set", () => request.headers.set("x", "1"));
    await fails("append", () => request.headers.append("x", "1"));
    await fails("delete", () => request.headers.delete("x-sent"));
    const copy = new Request(request);
    await fails("of a copy", () => copy.headers.set("x-sent", "2"));
    note("of the copy", copy.headers.get("x-sent"));
    return Response.json(entries);
  },
  async client({ fetch, merge }) {
    merge((await (await fetch("/", { headers: { "x-sent": "1" } })).json()) as never);
  },
});
