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
    await refuses("HEAD with a body", () => make({ method: "HEAD", body: "x" }).method);
  },
  { accept: { TRACE: "Node's own Request refuses TRACE, as the fetch standard says" } },
);
