import { inWorker } from "../../worker/program.ts";

export default inWorker("the cache", async ({ note, fails }) => {
  const cache = await caches.open("conformance");
  const url = "http://cache.example/a";
  note("missing", await cache.match(url));
  note(
    "put",
    await cache.put(url, new Response("kept", { headers: { "cache-control": "max-age=60" } })),
  );
  note("found", await (await cache.match(url))?.text());
  note("deleted", [await cache.delete(url), await cache.delete(url)]);
  await fails("put of a POST", () =>
    cache.put(new Request(url, { method: "POST" }), new Response("x")),
  );
  await fails("put of a part", () => cache.put(url, new Response("x", { status: 206 })));
  await fails("put that varies by all", () =>
    cache.put(url, new Response("x", { headers: { vary: "*" } })),
  );
});
