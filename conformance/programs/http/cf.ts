import { fromClient } from "../../worker/program.ts";

export default fromClient("what a request from outside has", {
  async fetch(request) {
    return Response.json([
      typeof request.cf,
      request.redirect,
      request.signal?.aborted ?? false,
      request.body === null,
      request.headers.get("host")?.startsWith("127.0.0.1"),
      request instanceof Request,
    ]);
  },
  async client({ fetch, note }) {
    note("fields", await (await fetch("/")).json());
  },
});
