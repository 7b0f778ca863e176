import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDiscreet, runs, Target } from "./hostile/target.ts";

let target: Target;

beforeAll(async () => {
  target = await Target.start();
});

afterAll(() => target.end());

interface Outcome {
  readonly value?: unknown;
  readonly error?: string;
}

/** Calls a method of the object of this name. The name goes as JSON, half pairs of surrogates too. */
async function call(name: unknown, method: string, ...args: readonly unknown[]): Promise<Outcome> {
  const response = await target.post("/call", { name, method, args });
  expect(response.status).toBe(200);
  const text = await response.text();
  checkDiscreet(text);
  return JSON.parse(text) as Outcome;
}

const PARTS = [
  "..",
  ".",
  "/",
  "\\",
  "\0",
  "~",
  "-",
  " ",
  "\n",
  "%2e%2e%2f",
  "host.sqlite",
  "objects",
  "canary.txt",
  "../../canary.txt",
  "/etc/passwd",
  "file:///tmp/x",
  "?mode=memory",
  "C:\\",
  "CON",
  "__proto__",
  "constructor",
  "_cf_KV",
  "'; DROP TABLE objects; --",
  "\ud800",
  "\udc00",
  "\ufeff",
  "\u202e",
  "\uffff",
  "é",
  "e\u0301",
  "İ",
  "👩‍👩‍👧",
  "A",
  "a",
];

const name = fc.oneof(
  fc.array(fc.constantFrom(...PARTS), { maxLength: 6 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 40 }),
  // Code units, pairs of surrogates or not.
  fc
    .array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .tuple(fc.constantFrom("../", "\0", "a", "☃", "\ud800"), fc.integer({ min: 1, max: 15_000 }))
    .map(([part, times]) => part.repeat(times)),
);

describe("hostile names", () => {
  test("of objects are only names: each is an object of its own", async () => {
    const counts = new Map<string, number>();
    const ids = new Set<string>();
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const count = (counts.get(text) ?? 0) + 1;
        counts.set(text, count);
        const { value } = await call(text, "describe");
        const told = value as { readonly id: string; readonly name: string };
        expect(value).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/), count });
        // An object is not told a name of more than 1,024 bytes.
        if (Buffer.byteLength(text) > 1024) expect(told.name).toBe(undefined);
        else expect(text.isWellFormed() ? told.name : text).toBe(text);
        ids.add(told.id);
      }),
      // What counts is not to be run again with the same state.
      { ...runs(500), endOnFailure: true },
    );
    expect(ids.size).toBe(counts.size);
    await target.checkUnharmed();
  });

  test("of facets are refused when they are long, and are only names otherwise", async () => {
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const { value, error } = await call("facets", "facet", text);
        if (Buffer.byteLength(text) > 256) expect(error).toBeDefined();
        if (error !== undefined) {
          const isLong = Buffer.byteLength(text) > 256;
          if (isLong) expect(error).toMatch(/^TypeError: Facet name is too long/);
          else expect(error).toMatch(/^FreeholdError: A facet needs a name of well-formed text/);
          expect(isLong || text === "" || !text.isWellFormed()).toBe(true);
          return;
        }
        const count = (counts.get(text) ?? 0) + 1;
        counts.set(text, count);
        expect([text, value]).toEqual([text, count]);
      }),
      { ...runs(150), endOnFailure: true },
    );
    await target.checkUnharmed();
  });

  test("of keys are kept as they are", async () => {
    await fc.assert(
      fc.asyncProperty(name, fc.jsonValue({ maxDepth: 2 }), async (key, value) => {
        const kept = await call("keys", "keep", key, value);
        expect(kept).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      }),
      runs(300),
    );
    await target.checkUnharmed();
  });

  test("of tags find their own sockets only", async () => {
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(name, async (tag) => {
        const { value, error } = await call("tags", "tagged", tag);
        if (error !== undefined) {
          expect(error).toMatch(/ is longer than the max tag length \(256 characters\)\.$/);
          return;
        }
        const count = (counts.get(tag) ?? 0) + 1;
        counts.set(tag, count);
        expect([tag, value]).toEqual([tag, count]);
      }),
      { ...runs(300), endOnFailure: true },
    );
    await target.checkUnharmed();
  });

  test("of methods reach only methods", async () => {
    const method = fc.oneof(
      name,
      fc.constantFrom(
        "constructor",
        "__proto__",
        "prototype",
        "toString",
        "hasOwnProperty",
        "ctx",
        "env",
        "then",
        "webSocketMessage",
        "alarm",
        "dup",
      ),
    );
    await fc.assert(
      fc.asyncProperty(method, fc.array(fc.jsonValue(), { maxLength: 3 }), async (which, args) => {
        const { value, error } = await call("methods", which, ...args);
        if (error !== undefined) expect(error).toMatch(/^(TypeError|Error|DataCloneError): /);
        // What every object has, and what a stub has of its own, answers on the caller's side.
        else expect(which in { name, id: 0 } || value === null, which).toBe(true);
      }),
      runs(300),
    );
    await target.checkUnharmed();
  });

  test("that are no texts are texts all the same, or refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 2 }), async (value) => {
        const outcome = await call(value, "count");
        if (outcome.error === undefined) expect(outcome.value).toBeGreaterThan(0);
        else expect(outcome.error).toMatch(/^TypeError: /);
      }),
      runs(200),
    );
    await target.checkUnharmed();
  });
});
