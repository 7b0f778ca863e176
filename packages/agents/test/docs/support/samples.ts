import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";

/** A code sample of the published package's documentation, as a module that can be checked. */
export interface Sample {
  /** `routing.md:51`: page and line of its first line of code. */
  readonly origin: string;
  /** File name without extension that is unique among the samples. */
  readonly name: string;
  readonly extension: "ts" | "tsx";
  /** A module that imports `agents`. */
  readonly source: string;
}

/** Which names an entry of the published package exports. */
export type Exports = ReadonlyMap<string, readonly string[]>;

const BLOCK = /^```(tsx?|typescript|jsx?)\b[^\n]*\n(.*?)^```/gms;

/** The samples of the pages with these names. */
export function readSamples(folder: string, pages: readonly string[], exports: Exports): Sample[] {
  const known = new Set(readdirSync(folder));
  return pages.flatMap((page) => {
    if (!known.has(page)) throw new Error(`The documentation has no page ${page}`);
    return samplesOf(page, readFileSync(join(folder, page), "utf8"), exports);
  });
}

function samplesOf(page: string, text: string, exports: Exports): Sample[] {
  return [...text.matchAll(BLOCK)].flatMap(({ 1: language = "", 2: code = "", index }) => {
    const line = text.slice(0, index).split("\n").length + 1;
    const extension = language.endsWith("x") ? "tsx" : "ts";
    const source = asModule(code, extension);
    if (source === undefined) return [];
    const name = `${page.replace(/\.md$/, "")}-${line}`;
    return [{ origin: `${page}:${line}`, name, extension, source: imported(source, exports) }];
  });
}

const FRAMES: readonly ((code: string) => string)[] = [
  (code) => `async function sample(this: Agent<Env, any>) {\n${code}\n}`,
  (code) => `class Sample extends Agent<Env, any> {\n${code}\n}`,
  (code) => `const sample = {\n${code}\n};`,
  (code) => `export const sample = (\n${code}\n);`,
];

/** A fragment in the frame that its reader has in mind; undefined for what is no program at all. */
function asModule(code: string, extension: string): string | undefined {
  const frames = /\bthis\./.test(code) && !/\bclass\b/.test(code) ? FRAMES : [keep, ...FRAMES];
  return frames
    .map((frame) => frame(code))
    .find((source) => parseSync(`sample.${extension}`, source).errors.length === 0);
}

function keep(code: string): string {
  return code;
}

/** The sample with imports of the names that its page imports elsewhere. */
function imported(source: string, exports: Exports): string {
  const missing = new Map<string, string[]>();
  for (const [entry, names] of exports) {
    for (const name of names) {
      const used = new RegExp(`(?<![.\\w$])${name}(?![\\w$])`).test(source);
      const declared = new RegExp(
        `(?:class|interface|type|const|let|function|enum)\\s+${name}\\b|import[^;]*\\b${name}\\b[^;]*from`,
      ).test(source);
      const taken = [...missing.values()].flat().includes(name);
      if (used && !declared && !taken) missing.set(entry, [...(missing.get(entry) ?? []), name]);
    }
  }
  const lines = [...missing].map(
    ([entry, names]) => `import { ${names.join(", ")} } from "${entry}";`,
  );
  return [...lines, source, "export {};"].join("\n");
}
