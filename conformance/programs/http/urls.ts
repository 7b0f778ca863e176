import { fromClient } from "../../worker/program.ts";

export default fromClient("URLs arrive as they were sent", {
  async fetch(request, _objects, path) {
    const url = new URL(request.url);
    return Response.json([path, url.search, [...url.searchParams], url.hash, url.protocol]);
  },
  async client({ fetch, note }) {
    const paths = [
      "/",
      "/a%20b",
      "/%E2%98%83",
      "/?a=1&a=2",
      "/?a=%26&b=+",
      "/a//b",
      "/?",
      "/a;b,c",
    ];
    for (const path of paths) note(path, await (await fetch(path)).json());
  },
});
