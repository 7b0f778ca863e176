import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #cancelled = false;
  override async fetch({ url }: Request) {
    if (url.endsWith("/slow")) {
      await scheduler.wait(200);
      return new Response("slow");
    }
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode("first")),
        pull: () => new Promise(() => undefined),
        cancel: () => {
          this.#cancelled = true;
        },
      }),
    );
  }
  isCancelled() {
    return this.#cancelled;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a signal ends a call to an object, and the body of its answer",
  async ({ objects, fails, note, until }) => {
    const stub = objects.Subject.getByName("x");
    const cases: Record<string, (signal: AbortSignal) => Promise<Response>> = {
      "of the call": (signal) => stub.fetch("http://x/slow", { signal }),
      "of the request": (signal) => stub.fetch(new Request("http://x/slow", { signal })),
      "of a copied request": (signal) => {
        return stub.fetch(new Request(new Request("http://x/slow", { signal })));
      },
      "of a cloned request": (signal) => {
        return stub.fetch(new Request("http://x/slow", { signal }).clone());
      },
      "of the call, not the request": (signal) => {
        return stub.fetch(new Request("http://x/slow", { signal }), { signal: null });
      },
    };
    const shown = async (call: Promise<Response>) => {
      try {
        return await (await call).text();
      } catch (error) {
        const { name, message } = error as Error;
        return [name, message];
      }
    };
    for (const [label, call] of Object.entries(cases)) {
      const ending = new AbortController();
      const called = call(ending.signal);
      setTimeout(() => ending.abort(), 10);
      await fails(label, () => shown(called));
      await fails(`${label}, before`, () => shown(call(AbortSignal.abort(new RangeError("mine")))));
    }
    const ending = new AbortController();
    const reader = (await stub.fetch("http://x/", { signal: ending.signal })).body!.getReader();
    note("first", (await reader.read()).value?.length);
    const next = reader.read();
    ending.abort(new RangeError("enough"));
    await fails("the rest", () => next);
    await until(() => stub.isCancelled());
    note("is cancelled", await stub.isCancelled());
  },
);
