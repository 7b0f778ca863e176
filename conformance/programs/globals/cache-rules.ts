import { inWorker } from "../../worker/program.ts";

export default inWorker("what a cache keeps and answers", async ({ note, fails }) => {
  const cache = await caches.open("rules");
  const kept = async (label: string, headers: Record<string, string>, status = 200) => {
    const url = `http://cache.example/${encodeURIComponent(label)}`;
    await cache.put(url, new Response("0123456789", { status, headers }));
    const found = await cache.match(url);
    note(label, found && [found.status, found.headers.get("set-cookie")]);
    await found?.text();
  };
  const age = { "cache-control": "max-age=60" };
  await kept("nothing said", {});
  await kept("public", { "cache-control": "public" });
  await kept("private", { "cache-control": "private, max-age=60" });
  await kept("no-store", { "cache-control": "no-store" });
  await kept("shared age", { "cache-control": "s-maxage=60, max-age=0" });
  await kept("not found", age, 404);
  await kept("server error", age, 500);
  await kept("cookie", { ...age, "set-cookie": "a=1" });
  await kept("cookie excepted", {
    "cache-control": "private=set-cookie, max-age=60",
    "set-cookie": "a=1",
  });
  const url = "http://cache.example/conditions";
  const modified = "Wed, 01 Jan 2025 00:00:00 GMT";
  const headers = { ...age, etag: '"v"', "last-modified": modified, "content-length": "10" };
  await cache.put(url, new Response("0123456789", { headers }));
  const asked = async (label: string, wanted: Record<string, string>, method = "GET") => {
    const found = await cache.match(new Request(url, { method, headers: wanted }));
    note(label, found && [found.status, await found.text(), found.headers.get("content-range")]);
  };
  await asked("whole", {});
  await asked("same tag", { "if-none-match": '"v"' });
  await asked("same tag, weak", { "if-none-match": 'W/"v"' });
  await asked("other tag", { "if-none-match": '"w"' });
  await asked("not modified", { "if-modified-since": modified });
  await asked("part", { range: "bytes=2-4" });
  await asked("HEAD", {}, "HEAD");
  await asked("POST", {}, "POST");
  note("other fragment", (await cache.match(`${url}#x`))?.status);
  note("other query", (await cache.match(`${url}?x`))?.status);
  note("another cache", await (await caches.open("others")).match(url));
  await fails("relative", () => cache.match("/relative"));
  await fails("no response", () => Reflect.apply(cache.put, cache, [url, "x"]));
  await fails("add", () => Reflect.apply(Reflect.get(cache, "add"), cache, [url]));
  await fails("has", () => Reflect.apply(Reflect.get(caches, "has"), caches, ["rules"]));
  await fails("open without a name", () => Reflect.apply(caches.open, caches, []));
});
