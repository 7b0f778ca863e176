import { fromClient } from "../../worker/program.ts";

export default fromClient("every method arrives", {
  async fetch(request) {
    return new Response(null, { headers: { "x-method": request.method } });
  },
  async client({ fetch, note }) {
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const answer = await fetch("/", { method });
      note(method, [answer.status, answer.headers.get("x-method")]);
    }
  },
});
