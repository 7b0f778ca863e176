import { load } from "../../worker/loader.ts";
import { inWorker } from "../../worker/program.ts";

const main = `
import { WorkerEntrypoint } from "cloudflare:workers";
class Own { a = 1 }
export default class extends WorkerEntrypoint {
  echo(...values) { return values; }
  make() {
    const shared = { n: 1n };
    const cyclic = { shared, again: shared };
    cyclic.self = cyclic;
    return { when: new Date(7), map: new Map([["k", new Set([1])]]), bytes: new Uint8Array([1, 2]), pattern: /a/g,
      none: undefined, not: NaN, minus: -0, same: cyclic.shared === cyclic.again, cyclic: cyclic.self === cyclic };
  }
  own() { return new Own(); }
  symbol() { return Symbol("s"); }
  promise() { return { inner: Promise.resolve(1) }; }
  headers() { return new Headers({ a: "b" }); }
  async request(request) { return [request.method, request.url, await request.text()]; }
  respond() { return new Response("a body", { status: 202 }); }
  error() { return Object.assign(new RangeError("as a value"), { code: 7 }); }
}`;

export default inWorker("values to and from a loaded Worker", async ({ fails }) => {
  const worker = load(main);
  const shared = { a: [1, { b: 2 }] };
  await fails("there and back", () =>
    worker.echo!(
      1,
      "text",
      null,
      undefined,
      true,
      12n,
      shared,
      shared,
      new Date(3),
      new Map([[1, 2]]),
      new Set(["x"]),
      new Uint8Array([9]),
    ),
  );
  await fails("made there", () => worker.make!());
  await fails("an instance", () => worker.own!());
  await fails("a symbol", () => worker.symbol!());
  await fails("a promise", () => worker.promise!());
  await fails("headers", async () => [...((await worker.headers!()) as Headers)]);
  await fails("a request", () =>
    worker.request!(new Request("http://x/", { method: "POST", body: "b" })),
  );
  await fails("a response", async () => {
    const response = (await worker.respond!()) as Response;
    return [response.status, await response.text()];
  });
  await fails("an error", () => worker.error!());
  await fails("to it, an instance", () => worker.echo!(new (class Mine {})()));
  await fails("too large", () => worker.echo!("x".repeat(2 ** 25 + 1)));
});
