import { RpcStub, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Target extends RpcTarget {
  add(a: number, b: number) {
    return a + b;
  }
}

type Made = Record<string, (...values: unknown[]) => Promise<unknown>> & Disposable;

export default inWorker("a stub made by hand", async ({ note, fails }) => {
  const make = (value: unknown) => new RpcStub(value as RpcTarget) as unknown as Made;
  note("of a target", await make(new Target()).add!(1, 2));
  note("of a record", await make({ f: () => "called" }).f!());
  const of = make((x: number) => x * 2) as unknown as (x: number) => Promise<number>;
  note("of a function", await of(21));
  class Plain {}
  await fails("of an instance", () => make(new Plain()));
  await fails("of a number", () => make(5));
  await fails("of nothing", () => make(undefined));
});
