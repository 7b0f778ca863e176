import { inWorker } from "../../worker/program.ts";

export default inWorker("clones", async ({ note }) => {
  const response = new Response("body", { status: 201, headers: { x: "1" } });
  const copy = response.clone();
  copy.headers.set("x", "2");
  note("bodies", [await response.text(), await copy.text()]);
  note("headers", [response.headers.get("x"), copy.headers.get("x"), copy.status]);
  const request = new Request("http://a/", { method: "POST", body: "body" });
  const other = request.clone();
  note("requests", [await request.text(), await other.text(), other.method]);
});
