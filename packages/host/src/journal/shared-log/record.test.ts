import { expect, test } from "vitest";
import { type LogPart, RecordBuilder, readRecords } from "./record.ts";

const SALTS = Buffer.from("saltsalt");

function partOf(number: number, length: number): LogPart {
  const object = `app-Thing/${String(number).padStart(64, "0")}`;
  return { object, salts: SALTS, at: 32 + number * 4120, bytes: Buffer.alloc(length, number) };
}

const builder = new RecordBuilder();
const plain = (part: LogPart) => ({ ...part, salts: [...part.salts], bytes: [...part.bytes] });
const read = (file: Uint8Array) =>
  [...readRecords(Buffer.from(file))].map(({ sequence, parts }) => [sequence, parts.map(plain)]);

function recordOf(sequence: number, ...parts: LogPart[]): Buffer {
  for (const part of parts) builder.add(part);
  return Buffer.from(builder.finish(sequence));
}

test("records come back as they were written, also those that are longer than there was room for", () => {
  const few = [partOf(1, 4120), partOf(2, 10)];
  const many = Array.from({ length: 60 }, (_, index) => partOf(index, 4120));
  const file = Buffer.concat([
    recordOf(7, ...few),
    recordOf(8, ...many),
    recordOf(9, partOf(3, 0)),
  ]);
  expect(read(file)).toEqual([
    [7, few.map(plain)],
    [8, many.map(plain)],
    [9, [plain(partOf(3, 0))]],
  ]);
});

test("zeros behind the last record, and an empty file, are none", () => {
  const record = recordOf(1, partOf(1, 100));
  expect(read(Buffer.concat([record, Buffer.alloc(5000)]))).toHaveLength(1);
  expect(read(Buffer.alloc(0))).toEqual([]);
  expect(read(Buffer.alloc(5000))).toEqual([]);
});

test("a record that is not whole ends the file, wherever it was cut or changed", () => {
  const first = recordOf(1, partOf(1, 100));
  const second = recordOf(2, partOf(2, 100));
  const file = Buffer.concat([first, second, recordOf(3, partOf(3, 100))]);
  for (let end = first.length; end < first.length + second.length; end += 1) {
    expect(read(file.subarray(0, end)).map(([sequence]) => sequence)).toEqual([1]);
    const changed = Buffer.from(file);
    changed[end] = (changed[end] as number) ^ 1;
    expect(read(changed).map(([sequence]) => sequence)).toEqual([1]);
  }
});

test("what an earlier use of the file has left is not read", () => {
  const old = [3, 4, 5].map((sequence) => recordOf(sequence, partOf(sequence, 100)));
  const file = Buffer.concat(old);
  recordOf(9, partOf(1, 100)).copy(file);
  expect(read(file).map(([sequence]) => sequence)).toEqual([9]);
});

test("a part may be far behind in a log that has grown", () => {
  const part = { ...partOf(1, 10), at: 5 * 2 ** 32 + 3 };
  expect(read(recordOf(1, part, partOf(2, 10)))).toEqual([
    [1, [plain(part), plain(partOf(2, 10))]],
  ]);
});
