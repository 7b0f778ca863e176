import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Custom extends Error {
  override name = "Custom";
  code = 42;
}

const kinds: Record<string, () => unknown> = {
  custom: () => new Custom("custom"),
  syntax: () => new SyntaxError("syntax"),
  exception: () => new DOMException("exception", "AbortError"),
  text: () => "a text",
  nothing: () => undefined,
  record: () => ({ a: 1 }),
};

const tries: Record<string, number> = {};

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    const kind = ctx.id.name!;
    tries[kind] = (tries[kind] ?? 0) + 1;
    if (tries[kind] < 4) throw kinds[kind]?.();
  }
  override fetch() {
    return new Response("fetched");
  }
  hello() {
    return "alive";
  }
}

export default inWorker<{ Subject: Subject }>(
  "constructors that throw one thing or another",
  async ({ objects, note, fails }) => {
    for (const kind of Object.keys(kinds)) {
      const stub = objects.Subject.getByName(kind);
      await fails(`${kind}: a call`, () => stub.hello());
      await fails(`${kind}: the same stub`, () => stub.hello());
      await fails(`${kind}: fetch of another`, () =>
        objects.Subject.getByName(kind).fetch("http://x/"),
      );
      await fails(
        `${kind}: a property of another`,
        async () => await objects.Subject.getByName(kind).hello,
      );
      await fails(`${kind}: a third`, () => objects.Subject.getByName(kind).hello());
      note(`${kind}: tries`, tries[kind]);
    }
  },
);
