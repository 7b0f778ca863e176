import { type ConfigSource, isRecord } from "./source.ts";

/** Longer files are the parser's. */
const MAX_CHARACTERS = 256 * 1024;
/** More of them could be nested deeper than the parser allows. */
const MAX_BRACKETS = 2000;

const STRING = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/.source;
const STRING_OR_COMMENT = new RegExp(`${STRING}|//[^\\n\\r]*|/\\*[\\s\\S]*?\\*/`, "g");
/** Behind a value and before a bracket that closes. */
const STRING_OR_TRAILING_COMMA = new RegExp(
  `${STRING}|(?<=[^\\s,:[{][ \\t\\n\\r]*),(?=[ \\t\\n\\r]*[}\\]])`,
  "g",
);

/**
 * Reads a configuration without the parser's help: what is JSON once comments and commas at the end
 * are taken out. It tells no lines.
 *
 * @returns `undefined` for all that may be something else, or nothing: the parser has to say.
 */
export function plainSource(file: string, text: string): ConfigSource | undefined {
  if (file.endsWith(".toml") || text.length > MAX_CHARACTERS) return undefined;
  const json = text
    .replace(STRING_OR_COMMENT, (found) => (found.startsWith('"') ? found : " "))
    .replace(STRING_OR_TRAILING_COMMA, (found) => (found === "," ? " " : found));
  if (json.split(/[[{]/).length > MAX_BRACKETS) return undefined;
  const value = parsed(json);
  return isRecord(value) ? { file, value, lineOf: () => undefined } : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser says what is wrong with it.
    return undefined;
  }
}
