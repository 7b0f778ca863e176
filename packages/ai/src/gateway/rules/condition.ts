/** What a condition looks at: `metadata.plan`, `body.model`, `headers.x-tier`. */
export type Facts = Readonly<Record<string, unknown>>;

type Test = (actual: unknown, wanted: unknown) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  $eq: (actual, wanted) => actual === wanted,
  $ne: (actual, wanted) => actual !== wanted,
  $gt: ordered((order) => order > 0),
  $gte: ordered((order) => order >= 0),
  $lt: ordered((order) => order < 0),
  $lte: ordered((order) => order <= 0),
  $in: (actual, wanted) => Array.isArray(wanted) && wanted.includes(actual),
  $nin: (actual, wanted) => Array.isArray(wanted) && !wanted.includes(actual),
  $exists: (actual, wanted) => (actual !== undefined) === (wanted !== false),
};

/**
 * Whether facts are as a condition says: `{ "metadata.plan": "pro" }`, `{ "body.max_tokens": { $gt: 9 } }`,
 * `$and`, `$or` and `$not` around them. What it does not understand is not so.
 */
export function holds(condition: unknown, facts: Facts): boolean {
  if (!isObject(condition)) return false;
  return Object.entries(condition).every(([name, wanted]) => {
    if (name === "$and") return list(wanted).every((one) => holds(one, facts));
    if (name === "$or") return list(wanted).some((one) => holds(one, facts));
    if (name === "$not") return !holds(wanted, facts);
    return matches(at(facts, name), wanted);
  });
}

function matches(actual: unknown, wanted: unknown): boolean {
  if (!isObject(wanted)) return actual === wanted;
  return Object.entries(wanted).every(([operator, value]) => {
    const test = Object.hasOwn(TESTS, operator) ? TESTS[operator] : undefined;
    return test?.(actual, value) ?? false;
  });
}

function at(facts: Facts, path: string): unknown {
  let value: unknown = facts;
  for (const name of path.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function ordered(is: (order: number) => boolean): Test {
  return (actual, wanted) => {
    if (typeof actual === "number" && typeof wanted === "number") return is(actual - wanted);
    if (typeof actual !== "string" || typeof wanted !== "string") return false;
    return is(actual < wanted ? -1 : actual > wanted ? 1 : 0);
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
