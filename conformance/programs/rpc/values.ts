import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
}

type Echo = { echo(value: unknown): Promise<unknown> };

export default inWorker<{ Subject: Subject }>("values survive a call", async (tools) => {
  const { objects, note } = tools;
  const stub = objects.Subject.getByName("values") as unknown as Echo;
  const values: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    true: true,
    "negative zero": -0,
    NaN: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
    bigint: 12n ** 20n,
    text: "naïve ☃ 😀 \u0000",
    "lone surrogate": "\ud800",
    date: new Date(0),
    "invalid date": new Date(Number.NaN),
    "regular expression": /a.b/gi,
    map: new Map<unknown, unknown>([
      ["a", 1],
      [{ k: 1 }, undefined],
    ]),
    set: new Set([1, "a", null]),
    array: [1, undefined, null],
    "sparse array": Object.assign(Array(3), { 0: 1, 2: 3 }),
    nested: { a: { b: [{ c: undefined }] } },
    buffer: new Uint8Array([1, 2, 3]).buffer,
    "typed array": new Uint16Array([1, 2]),
    "part of a buffer": new Uint8Array(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2),
    "data view": new DataView(new ArrayBuffer(2)),
    error: new RangeError("carried"),
    "boxed number": Object(5) as unknown,
  };
  for (const [label, value] of Object.entries(values)) note(label, await stub.echo(value));
  const shared = { s: 1 };
  const pair = (await stub.echo([shared, shared])) as unknown[];
  note("shared references stay shared", pair[0] === pair[1]);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  note("cycles", await stub.echo(circle));
});
