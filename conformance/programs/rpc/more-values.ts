import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
}

class Listed extends Array {}
class Keyed extends Map {}
class Dated extends Date {}
class Bytes extends Uint8Array {}
class Json {
  toJSON() {
    return "json";
  }
}

const sparse = [1];
sparse[2] = 3;
const named = Object.assign([1, 2], { extra: "named" });
const pattern = /a/gi;
pattern.lastIndex = 3;

const values: Record<string, unknown> = {
  blob: new Blob(["a"]),
  file: new File(["a"], "name.txt"),
  "a sparse list": sparse,
  "a list with a name": named,
  "a subclass of lists": Listed.from([1]),
  "a subclass of maps": new Keyed([["a", 1]]),
  "a subclass of dates": new Dated(0),
  "a subclass of bytes": new Bytes([1, 2]),
  "a toJSON": new Json(),
  "an invalid date": new Date(Number.NaN),
  "a pattern in use": pattern,
  "a boxed number": Object(5),
  "a boxed text": Object("text"),
  "a boxed symbol": Object(Symbol("s")),
  "a frozen record": Object.freeze({ a: 1 }),
  "a record with a symbol": { [Symbol("s")]: 1, a: 2 },
  "a hidden property": Object.defineProperty({ a: 1 }, "hidden", { value: 2, enumerable: false }),
  "a proxy": new Proxy({ a: 1 }, {}),
  "an iterator": [1][Symbol.iterator](),
  "a generator": (function* () {
    yield 1;
  })(),
  "big integers": [2n ** 64n, -(2n ** 70n), 0n],
  "a big array": new BigInt64Array([1n, -1n]),
  floats: new Float32Array([0.5]),
  "a data view": new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1),
  "a class": class Some {},
  "an async function": async () => 1,
  Math: Math,
  "a URL pattern": new URLPattern({ pathname: "/a" }),
  "an abort controller": new AbortController(),
  "a transform stream": new TransformStream(),
  "an exception": new DOMException("m", "AbortError"),
  "a message channel": new MessageChannel().port1,
};

export default inWorker<{ Subject: Subject }>("all kinds of values", async ({ objects, fails }) => {
  const stub = objects.Subject.getByName("x") as unknown as { echo(it: unknown): Promise<unknown> };
  for (const [label, value] of Object.entries(values)) {
    await fails(label, async () => {
      const got = await stub.echo(value);
      const lastIndex = got instanceof RegExp ? [got.lastIndex] : [];
      const view = got instanceof DataView ? [got.byteOffset, got.buffer.byteLength] : [];
      const kind = Object.prototype.toString.call(got);
      return [kind, typeof got === "object" ? got : typeof got, ...lastIndex, ...view];
    });
  }
});
