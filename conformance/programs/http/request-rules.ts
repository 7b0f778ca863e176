import { inWorker } from "../../worker/program.ts";

export default inWorker(
  "rules for making a Request",
  async ({ note, fails, refuses }) => {
    await refuses("relative URL", () => new Request("/path"));
    await refuses("GET with a body", () => new Request("http://a/", { body: "x" }).method);
    await refuses("bad method", () => new Request("http://a/", { method: "A B" }));
    await fails("lower-case method", () => new Request("http://a/", { method: "post" }).method);
    await fails("credentials in the URL", () => new Request("http://u:p@a/").url);
    const request = new Request("http://a/b?c#d", {
      method: "PUT",
      body: "x",
      headers: { X: "1" },
    });
    note("url", request.url);
    note("fields", [request.method, request.redirect, request.headers.get("x")]);
    note("copied", await new Request(request, { headers: { Y: "2" } }).text());
    note("the first is used", request.bodyUsed);
    const headers = new Headers([
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["X", "1"],
    ]);
    headers.append("x", "2");
    note("headers", [...headers]);
    note("cookies", headers.getSetCookie());
  },
  {
    accept: {
      "credentials in the URL": "Node's own Request refuses them, as the fetch standard says",
    },
  },
);
