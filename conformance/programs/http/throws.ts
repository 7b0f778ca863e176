import { fromClient } from "../../worker/program.ts";

export default fromClient("a handler that throws", {
  async fetch(_request, _objects, path) {
    if (path === "/later") await scheduler.wait(1);
    if (path === "/text") throw "a text";
    throw new Error("secret details");
  },
  async client({ fetch, note }) {
    for (const path of ["/at-once", "/later", "/text"]) note(path, (await fetch(path)).status);
  },
});
