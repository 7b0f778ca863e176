import type { Comparison, Condition, Scalar } from "../types.ts";

/** A piece of SQL, and what it binds. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** What a search may choose from. */
export interface Choice {
  readonly namespace: string | undefined;
  readonly conditions: readonly Condition[];
}

const SIGNS: Readonly<Record<Exclude<Comparison, "eq" | "ne">, string>> = {
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

/** A condition as it stands over the rows of one property: those it holds for, or those it does not. */
interface Membership {
  readonly property: string;
  readonly isNegated: boolean;
  /** Over the columns `type` and `value`. `undefined`: any value. */
  readonly which: Sql | undefined;
}

/**
 * The numbers of all vectors to choose from, as a query that can be cut short by a LIMIT: it walks the
 * index of one condition that names values, and looks the others up for each vector.
 */
export function choiceSql({ namespace, conditions }: Choice): Sql {
  const members = conditions.map(membershipOf);
  const driver = members.find(({ isNegated }) => !isNegated);
  const tests = members.filter((member) => member !== driver).map(testOf);
  if (driver === undefined) {
    const own = namespace === undefined ? [] : [{ sql: "d.namespace = ?", values: [namespace] }];
    return joined("SELECT d.key AS key FROM vectors d WHERE", [...own, ...tests]);
  }
  const { property, which } = driver;
  return joined("SELECT d.key AS key FROM metadata_values d WHERE", [
    { sql: "d.property = ?", values: [property] },
    ...(which === undefined ? [] : [which]),
    ...(namespace === undefined
      ? []
      : [
          {
            sql: "EXISTS (SELECT 1 FROM vectors v WHERE v.key = d.key AND v.namespace = ?)",
            values: [namespace],
          },
        ]),
    ...tests,
  ]);
}

/** Those of some numbers, a JSON array that is the first value, that may be chosen. */
export function amongSql({ namespace, conditions }: Choice): Sql {
  return joined("SELECT d.key AS key FROM json_each(?) j JOIN vectors d ON d.key = j.value WHERE", [
    ...(namespace === undefined ? [] : [{ sql: "d.namespace = ?", values: [namespace] }]),
    ...conditions.map(membershipOf).map(testOf),
  ]);
}

function membershipOf(condition: Condition): Membership {
  const { property } = condition;
  if ("values" in condition) {
    return { property, isNegated: condition.operator === "nin", which: anyOf(condition.values) };
  }
  const { operator, value } = condition;
  if (operator === "eq" || operator === "ne") {
    const isNegated = (operator === "ne") !== (value === null);
    return { property, isNegated, which: value === null ? undefined : anyOf([value]) };
  }
  const bound = value ?? 0;
  const which = {
    sql: `type = ? AND value ${SIGNS[operator]} ?`,
    values: [typeOf(bound), stored(bound)],
  };
  return { property, isNegated: false, which };
}

/** By the vector's number: it has few values, while a property may have one of every vector. */
function testOf({ property, isNegated, which }: Membership): Sql {
  const more = which === undefined ? "" : ` AND (${which.sql})`;
  return {
    sql: `${isNegated ? "NOT " : ""}EXISTS (
      SELECT 1 FROM metadata_values INDEXED BY metadata_values_key
      WHERE key = d.key AND property = ?${more})`,
    values: [property, ...(which?.values ?? [])],
  };
}

function anyOf(values: readonly Scalar[]): Sql {
  return {
    sql: values.map(() => "type = ? AND value = ?").join(" OR "),
    values: values.flatMap((value) => [typeOf(value), stored(value)]),
  };
}

function joined(head: string, parts: readonly Sql[]): Sql {
  const sql = parts.length === 0 ? "true" : parts.map(({ sql }) => `(${sql})`).join(" AND ");
  return { sql: `${head} ${sql}`, values: parts.flatMap(({ values }) => values) };
}

/** How a value stands in `metadata_values`. */
export function typeOf(value: Scalar): string {
  return typeof value;
}

export function stored(value: Scalar): string | number {
  return typeof value === "boolean" ? Number(value) : value;
}
