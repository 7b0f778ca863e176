import { basename } from "node:path";
import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
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

const MAX_CHARACTERS = 4 * 1024 * 1024;

/** @throws FreeholdError `CONFIG_SYNTAX` */
export function parseConfig(file: string, text: string): ConfigSource {
  if (text.length > MAX_CHARACTERS) throw syntaxError(file, undefined, "it is too large");
  try {
    return file.endsWith(".toml") ? fromToml(file, text) : fromJson(file, text);
  } catch (cause) {
    if (cause instanceof FreeholdError) throw cause;
    // Nesting that is deep enough ends the parser's stack.
    throw syntaxError(file, undefined, "it is nested too deeply", cause);
  }
}

/** An error that names the file, the line where it is known, and the field. */
export function fieldError(source: ConfigSource, path: FieldPath, expected: string): FreeholdError {
  const field = fieldName(path);
  return new FreeholdError(
    "CONFIG_INVALID",
    `${place(source.file, source.lineOf(path))}: \`${field}\` must be ${expected}.`,
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

function fromJson(file: string, text: string): ConfigSource {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first || !root) {
    const what = first ? printParseErrorCode(first.error) : "it is empty";
    throw syntaxError(file, first && lineAt(text, first.offset), what);
  }
  const value = plainValue(root);
  if (!isRecord(value)) throw syntaxError(file, 1, "it holds no object");
  return {
    file,
    value,
    lineOf(path) {
      for (let length = path.length; length >= 0; length -= 1) {
        const node = findNodeAtLocation(root, path.slice(0, length));
        if (node) return lineAt(text, node.offset);
      }
      return undefined;
    },
  };
}

function fromToml(file: string, text: string): ConfigSource {
  try {
    return { file, value: parseToml(text), lineOf: () => undefined };
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const what = cause.message.split("\n", 1)[0] ?? "it is not TOML";
    throw syntaxError(file, cause.line, what, cause);
  }
}

/** Like the parser's own conversion, but a key named `__proto__` is an ordinary one. */
function plainValue(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(plainValue);
  if (node.type !== "object") return node.value;
  const result: Record<string, unknown> = {};
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? [];
    if (!key || !value) continue;
    Object.defineProperty(result, String(key.value), {
      value: plainValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function syntaxError(
  file: string,
  line: number | undefined,
  what: string,
  cause?: unknown,
): FreeholdError {
  return new FreeholdError("CONFIG_SYNTAX", `${place(file, line)}: cannot be read: ${what}.`, {
    help: `Correct the syntax of ${basename(file)}.`,
    ...(cause !== undefined && { cause }),
  });
}

function place(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}
