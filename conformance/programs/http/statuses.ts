import { fromClient } from "../../worker/program.ts";

export default fromClient("statuses and bodies", {
  async fetch(_request, _objects, path) {
    const status = Number(path.slice(1));
    const empty = status === 204 || status === 304 || status === 205;
    return new Response(empty ? null : "body", { status });
  },
  async client({ fetch, note }) {
    for (const status of [200, 201, 204, 205, 206, 299, 304, 400, 404, 418, 500, 503, 599]) {
      const answer = await fetch(`/${status}`);
      note(`${status}`, [answer.status, answer.ok, await answer.text()]);
    }
  },
});
