import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  die(kind: string) {
    const reasons: Record<string, unknown> = {
      undefined: undefined,
      null: null,
      number: 5,
      error: new RangeError("an error"),
      record: { a: 1 },
      long: "x".repeat(5000),
      lines: "two\nlines ☃",
    };
    this.ctx.abort(reasons[kind] as string);
  }
}

export default inWorker<{ Subject: Subject }>("reasons of an abort", async ({ objects, fails }) => {
  for (const kind of ["undefined", "null", "number", "error", "record", "long", "lines"]) {
    await fails(kind, () => objects.Subject.getByName(kind).die(kind));
  }
});
