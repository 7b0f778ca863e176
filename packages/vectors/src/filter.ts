import { BadVector, Code } from "./errors.ts";
import { MAX_FILTER_BYTES, MAX_FILTER_KEY_CHARACTERS } from "./limits.ts";
import { comparable, isPlain, isScalar } from "./metadata.ts";
import type { Comparison, Condition, Scalar } from "./types.ts";

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  $eq: "eq",
  $ne: "ne",
  $lt: "lt",
  $lte: "lte",
  $gt: "gt",
  $gte: "gte",
};
const LISTS: Readonly<Record<string, "in" | "nin">> = { $in: "in", $nin: "nin" };
const LOWER: ReadonlySet<string> = new Set(["$gt", "$gte"]);
const UPPER: ReadonlySet<string> = new Set(["$lt", "$lte"]);

/**
 * Reads the filter of a query: `{ key: value }`, or `{ key: { $operator: value } }`, several keys
 * together. What is `undefined` counts as absent, as it does in JSON. Source: `platform.md` 5.2.
 *
 * @throws BadVector
 */
export function parseFilter(filter: unknown): Condition[] {
  if (filter === undefined || filter === null) return [];
  if (!isPlain(filter)) throw bad("the filter must be an object");
  const bytes = Buffer.byteLength(JSON.stringify(filter));
  if (bytes >= MAX_FILTER_BYTES) {
    throw bad(`the filter has ${bytes} bytes of JSON; it must have fewer than ${MAX_FILTER_BYTES}`);
  }
  const entries = Object.entries(filter).filter(isGiven);
  if (entries.length === 0) throw bad("the filter must not be empty");
  return entries.flatMap(([key, value]) => conditionsOf(checkedKey(key), value));
}

function checkedKey(key: string): string {
  if (key === "") throw bad("a key must not be empty");
  if (key.length > MAX_FILTER_KEY_CHARACTERS) {
    throw bad(`a key must have at most ${MAX_FILTER_KEY_CHARACTERS} characters`);
  }
  if (key.startsWith("$") || key.includes('"') || key.includes("|")) {
    throw bad(`the key ${JSON.stringify(key)} must not begin with $ or contain " or |`);
  }
  return key;
}

function conditionsOf(property: string, value: unknown): Condition[] {
  if (value === null || isScalar(value)) {
    return [{ property, operator: "eq", value: checkedValue(property, value) }];
  }
  if (!isPlain(value)) {
    throw bad(`${JSON.stringify(property)} must be a scalar, null, or an object of operators`);
  }
  const given = Object.entries(value).filter(isGiven);
  checkTogether(
    property,
    given.map(([operator]) => operator),
  );
  return given.map(([operator, one]) => conditionOf(property, operator, one));
}

function isGiven([, value]: readonly [string, unknown]): boolean {
  return value !== undefined;
}

function checkTogether(property: string, operators: readonly string[]): void {
  if (operators.length === 1) return;
  const isRange =
    operators.length === 2 &&
    operators.some((operator) => LOWER.has(operator)) &&
    operators.some((operator) => UPPER.has(operator));
  if (isRange) return;
  throw bad(`${JSON.stringify(property)} must have one operator, or one lower and one upper bound`);
}

function conditionOf(property: string, operator: string, value: unknown): Condition {
  const list = LISTS[operator];
  if (list !== undefined) {
    if (!Array.isArray(value) || value.length === 0 || !value.every(isScalar)) {
      throw bad(`${operator} of ${JSON.stringify(property)} must be a list of scalars`);
    }
    return {
      property,
      operator: list,
      values: value.map((one) => checkedValue(property, one) as Scalar),
    };
  }
  const comparison = COMPARISONS[operator];
  if (comparison === undefined) {
    throw bad(`${JSON.stringify(property)} has an unknown operator ${JSON.stringify(operator)}`);
  }
  if (value !== null && !isScalar(value)) {
    throw bad(`${operator} of ${JSON.stringify(property)} must be a scalar or null`);
  }
  if (value === null && comparison !== "eq" && comparison !== "ne") {
    throw bad(`${operator} of ${JSON.stringify(property)} must not be null`);
  }
  return { property, operator: comparison, value: checkedValue(property, value) };
}

function checkedValue(property: string, value: Scalar | null): Scalar | null {
  if (value === null) return null;
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw bad(`the value of ${JSON.stringify(property)} must be finite`);
  }
  return comparable(value);
}

function bad(text: string): BadVector {
  return new BadVector(Code.FILTER, `invalid filter: ${text}`);
}
