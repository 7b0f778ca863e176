import { inWorker } from "../../worker/program.ts";

export default inWorker("what fetch refuses", async ({ fails, refuses, note }) => {
  await fails("nothing", () => (fetch as (...it: unknown[]) => unknown)());
  await refuses("a relative address", () => fetch("/path"));
  await refuses("no address", () => fetch("not an address"));
  await refuses("an unknown scheme", () => fetch("foo://host/"));
  await refuses("ftp", () => fetch("ftp://host/"));
  await refuses("aborted", () => fetch("http://127.0.0.1:1/", { signal: AbortSignal.abort() }));
  await refuses("GET with a body", () => fetch("http://127.0.0.1:1/", { body: "x" }));
  await refuses("a used body", async () => {
    const request = new Request("http://127.0.0.1:1/", { method: "POST", body: "x" });
    await request.text();
    return fetch(request);
  });
  await fails("cf", () => new Request("http://a/", { cf: { cacheTtl: 5 } }).url);
  const made = new Request("http://a/", { headers: { a: "1" } });
  made.headers.set("a", "2");
  note("a request's headers", made.headers.get("a"));
});
