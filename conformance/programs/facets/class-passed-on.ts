import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Plain extends DurableObject {
  take(value: unknown) {
    return [typeof value, value?.constructor.name];
  }
  hello() {
    return ["hello", this.ctx.props];
  }
  start(given: DurableObjectClass<Plain>) {
    return this.ctx.facets.get<Plain>("a", () => ({ class: given })).hello();
  }
}

export class Entry extends WorkerEntrypoint {}

type Open = Record<"take" | "start", (it: unknown) => Promise<unknown>>;

export default inWorker<{ Plain: Plain }>(
  "what of exports can be handed on",
  async ({ objects, exports, fails, note }) => {
    const stub = objects.Plain.getByName("x") as unknown as Open;
    const plain = exports.Plain as (options: object) => object;
    const entry = exports.Entry as (options: object) => object;
    await fails("a namespace", () => stub.take(plain));
    await fails("a class with props", () => stub.take(plain({ props: { a: 1 } })));
    await fails("an entrypoint", () => stub.take(entry));
    await fails("an entrypoint with props", () => stub.take(entry({ props: { a: 1 } })));
    await fails("in a record", () => stub.take({ deep: plain }));
    await fails("a binding", () => stub.take(objects.Plain));
    await fails("a child of it", () => stub.start(plain({ props: { a: 1 } })));
    await fails("as props", () => entry({ props: { deep: entry } }));
    await fails("a specialised one as props", () => typeof entry({ props: { deep: entry({}) } }));
    await fails("a class as props", () => typeof entry({ props: { deep: plain({}) } }));
    const made = plain({ props: {} }) as Record<string, unknown>;
    note("a class", [typeof made, made.constructor?.name, String(made), Object.keys(made)]);
  },
);
