import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Point {
  x = 1;
}

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
  giveInstance() {
    return new Point();
  }
  giveSymbol() {
    return Symbol("s");
  }
}

type Open = Record<"echo" | "giveInstance" | "giveSymbol", (...values: unknown[]) => unknown>;

export default inWorker<{ Subject: Subject }>("values that cannot cross", async (tools) => {
  const { objects, fails } = tools;
  const stub = objects.Subject.getByName("refused") as unknown as Open;
  await fails("class instance as argument", () => stub.echo(new Point()));
  await fails("class instance as result", () => stub.giveInstance());
  await fails("symbol as argument", () => stub.echo(Symbol("s")));
  await fails("symbol as result", () => stub.giveSymbol());
  await fails("weak map", () => stub.echo(new WeakMap()));
  await fails("promise as argument", async () => stub.echo([Promise.resolve(1)]));
  await fails("namespace", () => stub.echo(objects.Subject));
  await fails("null prototype", () => stub.echo(Object.assign(Object.create(null), { a: 1 })));
  await fails("instance deep inside", () => stub.echo({ a: [new Point()] }));
});
