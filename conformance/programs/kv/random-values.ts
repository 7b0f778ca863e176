import { inObject } from "../../worker/program.ts";
import { Random } from "../../worker/random.ts";

/** Values of all kinds that can be cloned, one in the other, now and then the same one twice. */
class Maker {
  readonly #random: Random;
  readonly #made: object[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  make(depth: number): unknown {
    const random = this.#random;
    if (depth === 0 || random.below(3) === 0) return this.#plain();
    if (this.#made.length > 0 && random.below(6) === 0) return random.pick(this.#made);
    const value = this.#container(depth - 1);
    return value;
  }

  #plain(): unknown {
    const random = this.#random;
    const made = random.pick<() => unknown>([
      () => random.number(),
      () => random.number(),
      () => random.text(),
      () => random.text(),
      () => random.pick([null, undefined, true, false]),
      () => random.pick([0n, -1n, 2n ** 64n, -(2n ** 100n)]),
      () => new Date(random.pick([0, 1.5, -8.64e15, Number.NaN])),
      () => random.pick([/a/, /\//giu, /[\u{1f600}]/v]),
      () => Object(random.pick<unknown>([1, "x", true, -0, 3n])),
    ])();
    return made;
  }

  #container(depth: number): unknown {
    const random = this.#random;
    const inner = () => this.make(depth);
    switch (random.below(9)) {
      case 0: {
        const list: unknown[] = this.#remember([]);
        for (const item of random.some(4, inner)) list.push(item);
        return list;
      }
      case 1: {
        // With holes, and with names.
        const list: unknown[] = this.#remember([]);
        list.length = random.below(6);
        if (random.below(2) === 0) list[random.below(8)] = inner();
        if (random.below(3) === 0) Object.assign(list, { named: inner() });
        return list;
      }
      case 2: {
        const map = this.#remember(new Map<unknown, unknown>());
        for (const key of random.some(3, inner)) map.set(key, inner());
        return map;
      }
      case 3: {
        const set = this.#remember(new Set<unknown>());
        for (const item of random.some(3, inner)) set.add(item);
        return set;
      }
      case 4: {
        const bytes = random.bytes(20);
        const length = bytes.length - (bytes.length % 8);
        return this.#remember(
          random.pick<() => object>([
            () => bytes,
            () => bytes.buffer,
            () => bytes.subarray(1, 3),
            () => new DataView(bytes.buffer),
            () => new Float64Array(bytes.buffer, 0, length / 8),
            () => new BigUint64Array(bytes.buffer, 0, length / 8),
            () => new Int16Array(bytes.buffer, 0, length / 2),
            () => [bytes, new Uint8ClampedArray(bytes.buffer)],
          ])(),
        );
      }
      case 5: {
        const kind = random.pick([Error, TypeError, RangeError, SyntaxError, EvalError, URIError]);
        const error = new kind(random.text());
        // A way back to the error, or to what holds it, is one that no host keeps.
        if (random.below(2) === 0) error.cause = new Maker(random).make(depth);
        this.#made.push(error);
        return error;
      }
      default: {
        const record: Record<string, unknown> = this.#remember({});
        for (const key of random.some(4, () => random.text(3))) record[key] = inner();
        if (random.below(4) === 0) record[random.below(100)] = inner();
        if (random.below(8) === 0) record.self = record;
        return record;
      }
    }
  }

  #remember<T extends object>(value: T): T {
    this.#made.push(value);
    return value;
  }
}

/** A value as a text in which an object that comes again is named by its number. */
function shape(value: unknown, seen: Map<unknown, number> = new Map()): string {
  if (typeof value === "string")
    return `"${[...value].map((one) => one.codePointAt(0)).join(" ")}"`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null)
    return Object.is(value, -0) ? "-0" : String(value);
  const known = seen.get(value);
  if (known !== undefined) return `#${known}`;
  seen.set(value, seen.size);
  const inner = (item: unknown) => shape(item, seen);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const names = Object.keys(value).filter((key) => !(value instanceof Error && key === "stack"));
  const own = names.map((key) => `${inner(key)}: ${inner(Reflect.get(value, key))}`);
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (value instanceof RegExp) return `${value}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${new Uint8Array(value)}`;
  if (ArrayBuffer.isView(value)) {
    const length = "length" in value ? value.length : value.byteLength;
    return `${kind} ${value.byteOffset} ${length} of ${inner(value.buffer)}`;
  }
  if (value instanceof Map) {
    return `Map ${[...value].map(([key, item]) => `${inner(key)} => ${inner(item)}`)}`;
  }
  if (value instanceof Set) return `Set ${[...value].map(inner)}`;
  if (value instanceof Error) {
    return `${value.name} ${inner(value.message)} ${"cause" in value ? inner(value.cause) : ""} ${own}`;
  }
  if (Array.isArray(value)) return `Array(${value.length}) ${own}`;
  if (kind !== "Object")
    return `${kind} ${inner(value.valueOf() === value ? "" : value.valueOf())}`;
  return `{${own}}`;
}

export default inObject("random values are kept", async ({ storage, fails, note }) => {
  const random = new Random(5);
  const keys = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const value = new Maker(random).make(3);
    const key = random.text(6);
    keys.add(key);
    await fails(`${round} by promise`, async () => {
      await storage.put(key, value);
      return shape(await storage.get(key));
    });
    await fails(`${round} at once`, () => {
      storage.kv.put(key, value);
      return shape(storage.kv.get(key));
    });
  }
  note("how many", (await storage.list()).size);
  const codes = (text: string) => [...text].map((one) => one.codePointAt(0)).join(" ");
  for (let round = 0; round < 80; round++) {
    const options = {
      ...(random.below(2) === 0 && { start: random.text(2) }),
      ...(random.below(2) === 0 && { end: random.text(2) }),
      ...(random.below(3) === 0 && { prefix: random.text(1) }),
      ...(random.below(2) === 0 && { reverse: true }),
      ...(random.below(2) === 0 && { limit: 1 + random.below(9) }),
    };
    await fails(`${round} list ${JSON.stringify(options)}`, async () =>
      [...(await storage.list(options)).keys()].map(codes),
    );
  }
  await fails("deleted", () => storage.delete([...keys]));
  note("nothing is left", (await storage.list()).size);
});
