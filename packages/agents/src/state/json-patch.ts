/**
 * Differences of JSON values as JSON Patch (RFC 6902). The client's `json-patch.ts` applies them.
 */

/** One step of a patch. `path` is a JSON Pointer (RFC 6901). */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

type Json = Readonly<Record<string, unknown>>;

/**
 * What turns `before` into `after`; empty when they are equal. Both are JSON values. In lists, what
 * begins and ends alike is kept, so appending or removing in one place is one small step an element.
 */
export function diffJson(before: unknown, after: unknown, path = ""): PatchOperation[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  if (isObject(before) && isObject(after)) return diffObjects(before, after, path);
  return [{ op: "replace", path, value: after }];
}

function diffObjects(before: Json, after: Json, path: string): PatchOperation[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key) => ({ op: "remove", path: at(path, key) }) as const),
    ...Object.entries(after).flatMap(([key, value]): PatchOperation[] =>
      Object.hasOwn(before, key)
        ? diffJson(before[key], value, at(path, key))
        : [{ op: "add", path: at(path, key), value }],
    ),
  ];
}

function diffLists(before: unknown[], after: unknown[], path: string): PatchOperation[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && equal(before[start], after[start])) start++;
  let end = 0;
  while (end < shorter - start && equal(before.at(-1 - end), after.at(-1 - end))) end++;
  const [old, fresh] = [before.length - end - start, after.length - end - start];
  const common = Math.min(old, fresh);
  const operations: PatchOperation[] = [];
  for (let n = start; n < start + common; n++) {
    operations.push(...diffJson(before[n], after[n], at(path, n)));
  }
  for (let n = start + old - 1; n >= start + common; n--) {
    operations.push({ op: "remove", path: at(path, n) });
  }
  for (let n = start + common; n < start + fresh; n++) {
    operations.push({ op: "add", path: at(path, n), value: after[n] });
  }
  return operations;
}

function equal(one: unknown, other: unknown): boolean {
  return diffJson(one, other).length === 0;
}

function at(path: string, key: string | number): string {
  return `${path}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
