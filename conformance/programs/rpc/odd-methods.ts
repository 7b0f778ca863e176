import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Target extends RpcTarget {
  static fixed() {
    return "static";
  }
  set setter(_value: number) {
    throw new Error("never");
  }
  get [Symbol.toStringTag]() {
    return "Target";
  }
  "with spaces"() {
    return "with spaces";
  }
  0() {
    return "zero";
  }
  "é☃"() {
    return "unicode";
  }
  *generate() {
    yield 1;
  }
  async *stream() {
    yield 1;
  }
  __proto() {
    return "proto";
  }
  valueOf() {
    return "valueOf";
  }
  toString() {
    return "toString";
  }
  toJSON() {
    return "toJSON";
  }
}

export class Subject extends DurableObject {
  hasOwnProperty() {
    return true;
  }
  toString() {
    return "overridden";
  }
  toJSON() {
    return "json";
  }
  catch() {
    return "catch";
  }
  "with spaces"() {
    return "with spaces";
  }
  ""() {
    return "no name";
  }
  target() {
    return { target: new Target() };
  }
  *generate() {
    yield 1;
  }
  get nested() {
    return {
      get computed() {
        return 5;
      },
    };
  }
}

type Open = Record<string, (...args: unknown[]) => Promise<unknown>>;

export default inWorker<{ Subject: Subject }>(
  "methods with odd names and results",
  async ({ objects, note, fails }) => {
    const stub = objects.Subject.getByName("x") as unknown as Open;
    for (const name of ["catch", "with spaces", "", "generate", "__proto__"]) {
      await fails(`object: ${name}`, () => stub[name]!());
    }
    note("nested", await (stub.nested as unknown as { computed: Promise<number> }).computed);
    const { target } = (await stub.target!()) as { target: Open };
    for (const name of ["with spaces", "é☃", "generate", "stream", "__proto", "setter", "fixed"]) {
      await fails(`target: ${name}`, () => target[name]!());
    }
    await fails(
      "a setter read",
      async () => await (target as unknown as { setter: unknown }).setter,
    );
  },
);
