import { WorkerEntrypoint } from "cloudflare:workers";
import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

export class Interceptor extends WorkerEntrypoint<object, { name: string }> {
  override async fetch(request: Request) {
    const body = request.method === "POST" ? await request.text() : "";
    if (request.url.endsWith("/refused")) return new Response("no", { status: 403 });
    const { method, url } = request;
    const seen = [this.ctx.props.name, method, url, request.headers.get("x-a"), body].join(" ");
    return new Response(seen, { headers: { "x-proxy": "1" } });
  }
}

type Made = (options: { props: object }) => unknown;

const main = `
export default {
  async get(url) { const r = await fetch(url); return [r.status, await r.text(), r.headers.get("x-proxy")]; },
  async post(url) {
    const r = await fetch(url, { method: "POST", body: "a body", headers: { "x-a": "b" } });
    return [r.status, await r.text()];
  },
  async request(url) { return (await fetch(new Request(url))).text(); },
};`;

export default inWorker("where fetch of a loaded Worker leads", async ({ exports, fails }) => {
  const blocked = load(main, { globalOutbound: null });
  await fails("blocked", () => blocked.get!("http://x.test/"));
  await fails("a blocked request", () => blocked.request!("http://x.test/"));
  const proxy = (exports.Interceptor as Made)({ props: { name: "proxy" } });
  const kept = load(main, { globalOutbound: proxy });
  await fails("intercepted", () => kept.get!("https://x.test/a?b=1"));
  await fails("with a body", () => kept.post!("http://x.test/"));
  await fails("a request", () => kept.request!("http://x.test/c"));
  await fails("refused by it", () => kept.get!("http://x.test/refused"));
  await fails("an export", () =>
    load(main, { globalOutbound: exports.Interceptor }).request!("http://x.test/"),
  );
  await fails("a number", () => load(main, { globalOutbound: 3 }).get!("http://x.test/"));
  await fails("an object", () => load(main, { globalOutbound: {} }).get!("http://x.test/"));
});
