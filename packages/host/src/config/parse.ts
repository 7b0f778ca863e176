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
import { type ConfigSource, isRecord, placeIn } from "./source.ts";

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

function syntaxError(
  file: string,
  line: number | undefined,
  what: string,
  cause?: unknown,
): FreeholdError {
  return new FreeholdError("CONFIG_SYNTAX", `${placeIn(file, line)}: cannot be read: ${what}.`, {
    help: `Correct the syntax of ${basename(file)}.`,
    ...(cause !== undefined && { cause }),
  });
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}
