import { basename } from "node:path";
import { FreeholdError } from "../errors.ts";

/** The way to a field: names and array indexes. */
export type FieldPath = readonly (string | number)[];

/** A configuration file as it was read: plain values, and where each stands. */
export interface ConfigSource {
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** 1-based; absent where the format does not tell. */
  lineOf(path: FieldPath): number | undefined;
}

/** An error that names the file, the line where it is known, and the field. */
export function fieldError(source: ConfigSource, path: FieldPath, expected: string): FreeholdError {
  const field = fieldName(path);
  return new FreeholdError(
    "CONFIG_INVALID",
    `${placeIn(source.file, source.lineOf(path))}: \`${field}\` must be ${expected}.`,
    { help: `Correct \`${field}\` in ${basename(source.file)}.` },
  );
}

/** `durable_objects.bindings[0].name` */
function fieldName(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A file, and the line where it is known. */
export function placeIn(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}
