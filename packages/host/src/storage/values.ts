import { types } from "node:util";
import { storageErrors } from "../contract-errors.ts";
import type { Binding, Column } from "./database.ts";

/** A value that SQL gives to programs. */
export type SqlValue = ArrayBuffer | string | number | null;

/**
 * A program's value as it is bound: numbers as REAL, booleans and other objects as their text,
 * `undefined` as NULL, buffers and views as BLOB.
 *
 * @throws TypeError for a `bigint` and for what has no text.
 */
export function toBinding(value: unknown): Binding {
  switch (typeof value) {
    case "string":
    case "number":
      return value;
    case "undefined":
      return null;
    case "bigint":
      throw storageErrors.bigInt();
    case "object":
      if (value === null) return null;
      if (ArrayBuffer.isView(value)) return value as NodeJS.ArrayBufferView;
      if (types.isAnyArrayBuffer(value)) return bytesOf(value);
      return `${value}`;
    default:
      // A template and not String(), which would take symbols.
      return `${value as string}`;
  }
}

/** A buffer that was transferred has no bytes. */
function bytesOf(buffer: ArrayBufferLike): Uint8Array {
  return "detached" in buffer && buffer.detached ? new Uint8Array() : new Uint8Array(buffer);
}

/** A column's value as programs receive it. Integers beyond 2^53 lose precision. */
function fromColumn(value: Column): SqlValue {
  switch (typeof value) {
    case "bigint":
      return Number(value);
    case "object":
      return value === null ? null : toArrayBuffer(value);
    default:
      return value;
  }
}

function toArrayBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength === buffer.byteLength) return buffer;
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** Makes one row out of its columns, in place of the columns. */
export function convertRow(columns: Column[]): SqlValue[] {
  const row = columns as SqlValue[];
  for (let index = 0; index < columns.length; index += 1) {
    const value = columns[index] as Column;
    if (typeof value === "bigint" || typeof value === "object") row[index] = fromColumn(value);
  }
  return row;
}

/** A row as a plain object. Of columns with the same name the last one stays. */
export function toObject(names: readonly string[], row: readonly SqlValue[]) {
  const object: Record<string, SqlValue> = {};
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    // Setting this name would set the prototype.
    if (name !== "__proto__") object[name] = row[index] as SqlValue;
  }
  return object;
}
