import { admitted, invocation } from "../context.ts";
import { define } from "./define.ts";

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * What is read from a stream inside of an object arrives through the object's input gate, as replies
 * and timers do. Outside of objects, and for what Node does with streams by itself, nothing changes.
 */
export function installGatedReads(): void {
  gateReads(ReadableStreamDefaultReader.prototype, "read");
  gateReads(ReadableStreamBYOBReader.prototype, "read");
  const values = gatedValues(ReadableStream.prototype.values as (...args: unknown[]) => object);
  define(ReadableStream.prototype, "values", values);
  define(ReadableStream.prototype, Symbol.asyncIterator, values);
}

function gateReads(prototype: object, name: string): void {
  const native = Reflect.get(prototype, name) as Method;
  define(prototype, name, function read(this: object, ...args: unknown[]) {
    return admitted(Reflect.apply(native, this, args));
  });
}

/** `for await` asks the iterator, not a reader. */
function gatedValues(native: (...args: unknown[]) => object): (...args: unknown[]) => object {
  return function values(this: object, ...args: unknown[]) {
    const iterator = Reflect.apply(native, this, args);
    if (invocation.getStore()?.run === undefined) return iterator;
    const next = Reflect.get(iterator, "next") as Method;
    define(iterator, "next", (...given: unknown[]) =>
      admitted(Reflect.apply(next, iterator, given)),
    );
    return iterator;
  };
}
