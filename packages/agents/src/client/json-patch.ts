/**
 * Changes to JSON values, after RFC 6902.
 *
 * @module
 */

/** One change. `path` and `from` are JSON pointers (RFC 6901). */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly path: string; readonly from: string };

type Container = readonly unknown[] | Readonly<Record<string, unknown>>;

/**
 * Applies changes in order. The given value is not touched; what did not change is shared with it,
 * so that comparing by identity sees which parts changed.
 *
 * @throws RangeError when a change does not fit the value: a path that is not there, a failed test,
 *   an operation that does not exist. Nothing is applied then.
 *
 * @example
 * ```ts
 * applyPatch({ items: ["a"] }, [{ op: "add", path: "/items/-", value: "b" }]);
 * // { items: ["a", "b"] }
 * ```
 */
export function applyPatch(document: unknown, operations: readonly PatchOperation[]): unknown {
  return operations.reduce<unknown>(applyOperation, document);
}

function applyOperation(document: unknown, operation: PatchOperation): unknown {
  const path = pointer(operation.path);
  switch (operation.op) {
    case "add":
      return put(document, path, operation.value, true);
    case "replace":
      return put(document, path, operation.value, false);
    case "remove":
      return remove(document, path);
    case "copy":
      return put(document, path, get(document, pointer(operation.from)), true);
    case "move": {
      const from = pointer(operation.from);
      const value = get(document, from);
      return put(remove(document, from), path, value, true);
    }
    case "test":
      if (equal(get(document, path), operation.value)) return document;
      throw misfit(operation.path);
    default:
      throw misfit(String((operation as { op: unknown }).op));
  }
}

function get(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => child(value, key), document);
}

function put(value: unknown, path: readonly string[], item: unknown, adds: boolean): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return item;
  const into = container(value, key);
  if (rest.length > 0) return replaced(into, key, put(child(into, key), rest, item, adds));
  if (Array.isArray(into) && adds) {
    const index = key === "-" ? into.length : position(key, into.length);
    return into.toSpliced(index, 0, item);
  }
  if (!adds) child(into, key);
  return replaced(into, key, item);
}

function remove(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) throw misfit("");
  const from = container(value, key);
  const present = child(from, key);
  if (rest.length > 0) return replaced(from, key, remove(present, rest));
  if (Array.isArray(from)) return from.toSpliced(Number(key), 1);
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
}

/** A copy with one member changed. A computed key makes `__proto__` a member like any other. */
function replaced(into: Container, key: string, item: unknown): unknown {
  if (Array.isArray(into)) return into.with(Number(key), item);
  return { ...into, [key]: item };
}

function child(value: unknown, key: string): unknown {
  const from = container(value, key);
  if (Array.isArray(from)) return from[position(key, from.length - 1)];
  if (!Object.hasOwn(from, key)) throw misfit(key);
  return (from as Record<string, unknown>)[key];
}

function container(value: unknown, key: string): Container {
  if (typeof value !== "object" || value === null) throw misfit(key);
  return value as Container;
}

function position(key: string, last: number): number {
  const index = /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  if (index < 0 || index > last) throw misfit(key);
  return index;
}

function pointer(text: unknown): readonly string[] {
  if (text === "") return [];
  if (typeof text !== "string" || !text.startsWith("/")) throw misfit(String(text));
  const keys = text.slice(1).split("/");
  return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  if (left.length !== right.size) return false;
  return left.every(([key, value]) => right.has(key) && equal(value, right.get(key)));
}

function misfit(what: string): RangeError {
  return new RangeError(`The patch does not fit the value at "${what}"`);
}
