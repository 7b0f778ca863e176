/** Reading of values whose shape differs between versions of the AI SDK: nothing here throws. */

/** An object whose fields are not known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one when it is none. */
export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** The value when it is text that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value when it is a finite number. */
export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The value when an attribute can carry it as it is. */
export function scalar(value: unknown): string | number | boolean | undefined {
  return text(value) ?? number(value) ?? (typeof value === "boolean" ? value : undefined);
}

/** The value as a list; an empty one when it is none. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
