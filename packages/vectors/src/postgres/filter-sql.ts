import type { Comparison, Condition, Scalar } from "../types.ts";

/** A piece of a WHERE clause, whose values begin at a given number. */
export interface PostgresWhere {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const SIGNS: Readonly<Record<Exclude<Comparison, "eq" | "ne">, string>> = {
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

/**
 * The conditions over the column `filterable`, an object of the values that can be asked for, each under
 * its property: `{"topic": "bees", "year": 2026}`. Text is compared byte by byte, as SQLite does.
 *
 * @param first number of the first value
 */
export function postgresWhere(
  namespace: string | undefined,
  conditions: readonly Condition[],
  first: number,
): PostgresWhere {
  const values: unknown[] = [];
  const bind = (value: unknown) => {
    values.push(value);
    return `$${first + values.length - 1}`;
  };
  const parts = conditions.map((condition) => partOf(condition, bind));
  if (namespace !== undefined) parts.push(`namespace = ${bind(namespace)}::text`);
  return { sql: parts.length === 0 ? "true" : parts.join(" AND "), values };
}

function partOf(condition: Condition, bind: (value: unknown) => string): string {
  if ("values" in condition) {
    const { property, values } = condition;
    const any = values.map((value) => equals(property, value, bind)).join(" OR ");
    return condition.operator === "in" ? `(${any})` : `NOT (${any})`;
  }
  const { property, operator, value } = condition;
  if (operator === "eq" || operator === "ne") {
    const isNegated = operator === "ne";
    if (value === null) {
      const has = `filterable ? ${bind(property)}::text`;
      return isNegated ? has : `NOT (${has})`;
    }
    const same = equals(property, value, bind);
    return isNegated ? `NOT (${same})` : same;
  }
  return compares(property, SIGNS[operator], value ?? 0, bind);
}

function equals(property: string, value: Scalar, bind: (value: unknown) => string): string {
  return `filterable @> ${bind(JSON.stringify({ [property]: value }))}::jsonb`;
}

/** `CASE` keeps a text from being read as a number: the order of AND is not promised. */
function compares(
  property: string,
  sign: string,
  value: Scalar,
  bind: (value: unknown) => string,
): string {
  const name = bind(property);
  const text = `filterable ->> ${name}::text`;
  const kind = `jsonb_typeof(filterable -> ${name}::text)`;
  if (typeof value === "string") {
    return `CASE WHEN ${kind} = 'string' THEN (${text}) COLLATE "C" ${sign} ${bind(value)}::text ELSE false END`;
  }
  if (typeof value === "boolean") {
    return `CASE WHEN ${kind} = 'boolean' THEN (${text})::boolean ${sign} ${bind(value)}::boolean ELSE false END`;
  }
  return `CASE WHEN ${kind} = 'number' THEN (${text})::double precision ${sign} ${bind(value)}::double precision ELSE false END`;
}
