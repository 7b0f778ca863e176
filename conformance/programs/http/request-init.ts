import { inWorker } from "../../worker/program.ts";

export default inWorker(
  "what a Request takes",
  async ({ fails, refuses }) => {
    const make = (init: unknown, input: RequestInfo = "http://a/") =>
      new Request(input, init as RequestInit);
    await fails("url of another", () => make({}, new Request("http://b/c")).url);
    await fails("method in small letters", () => make({ method: "patch" }).method);
    await fails("known method in small letters", () => make({ method: "delete" }).method);
    await fails("TRACE", () => make({ method: "TRACE" }).method);
    await fails("redirect", () => make({ redirect: "manual" }).redirect);
    await refuses("redirect nonsense", () => make({ redirect: "nonsense" }).redirect);
    await fails("a stream without duplex", async () =>
      make({ method: "POST", body: new Response("streamed").body }).text(),
    );
    await fails("cf", () => (make({ cf: { a: 1 } }) as Request & { cf: unknown }).cf);
    await fails("another request", async () => {
      const other = new Request("http://b/c", {
        method: "PATCH",
        body: "text",
        headers: { "x-mine": "1" },
        redirect: "manual",
      });
      const { method, url, headers, redirect } = make(other);
      return [method, url, [...headers], redirect];
    });
    await fails("another request's body", async () => {
      const other = new Request("http://b/c", { method: "POST", body: "text" });
      const made = make(other, new Request("http://d/", { headers: { "x-lost": "1" } }));
      return [made.url, await made.text(), made.headers.get("x-lost"), other.bodyUsed];
    });
    await refuses("HEAD with a body", () => make({ method: "HEAD", body: "x" }).method);
  },
  { accept: { TRACE: "Node's own Request refuses TRACE, as the fetch standard says" } },
);
