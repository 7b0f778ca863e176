/**
 * Turns any value into one line of text that is equal on two runtimes exactly when the values
 * are, so that a trace can be compared and read. Ids and error references, which differ from run
 * to run, are masked.
 *
 * @example
 * describe(new Map([["a", undefined]])); // 'Map{"a" => undefined}'
 */
export function describe(value: unknown): string {
  return describeAt(value, new Set());
}

const ERROR_FIELDS = new Set(["stack", "message", "durableObjectId"]);

function describeAt(value: unknown, path: Set<object>): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(mask(value));
    case "bigint":
      return `${value}n`;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "function":
      return "[function]";
    case "object":
      break;
    default:
      return String(value);
  }
  if (value === null) return "null";
  if (path.has(value)) return "[circular]";
  path.add(value);
  const text = describeObject(value, path);
  path.delete(value);
  return text;
}

function describeObject(value: object, path: Set<object>): string {
  const inner = (item: unknown) => describeAt(item, path);
  if (isError(value)) return describeError(value, inner);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "Date(invalid)" : `Date(${value.toISOString()})`;
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof ArrayBuffer) return `ArrayBuffer[${bytes(new Uint8Array(value))}]`;
  if (ArrayBuffer.isView(value)) {
    const view = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${value.constructor.name}[${bytes(view)}]`;
  }
  if (Array.isArray(value)) return `[${describeArray(value, inner)}]`;
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => `${inner(key)} => ${inner(item)}`);
    return `Map{${pairs.join(", ")}}`;
  }
  if (value instanceof Set) return `Set{${[...value].map(inner).join(", ")}}`;
  return describeRecord(value, inner);
}

function describeArray(items: unknown[], inner: (item: unknown) => string): string {
  return Array.from(items, (item, index) => (index in items ? inner(item) : "<hole>")).join(", ");
}

function describeRecord(value: object, inner: (item: unknown) => string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${inner(item)}`);
  const body = fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  if (prototype === null) return `[null] ${body}`;
  if (prototype === Object.prototype) return body;
  return `${value.constructor?.name ?? "?"} ${body}`;
}

function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function describeError(error: Error, inner: (item: unknown) => string): string {
  const kind = error.constructor?.name ?? "Error";
  const named = error.name === kind ? "" : ` name=${error.name}`;
  // A DOMException has its code on the prototype here and as a field of its own there.
  const keys = new Set([...Object.keys(error), ...("code" in error ? ["code"] : [])]);
  const own = [...keys]
    .filter((key) => !ERROR_FIELDS.has(key) && key !== "name")
    .sort()
    .map((key) => `${key}: ${inner((error as unknown as Record<string, unknown>)[key])}`);
  const fields = own.length === 0 ? "" : ` { ${own.join(", ")} }`;
  return `${kind}${named}(${JSON.stringify(mask(String(error.message)))})${fields}`;
}

function bytes(view: Uint8Array): string {
  const shown = [...view.subarray(0, 64)].map((byte) => byte.toString(16).padStart(2, "0"));
  return view.length > 64 ? `${shown.join(" ")} … ${view.length} bytes` : shown.join(" ");
}

function mask(text: string): string {
  const masked = text
    .replace(/\b[0-9a-f]{64}\b/g, "<id>")
    .replace(/reference = \w+/g, "reference = <reference>");
  return masked.length > 600 ? `${masked.slice(0, 200)}… ${masked.length} characters` : masked;
}
