import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Comment, type ParseResult, parseSync } from "oxc-parser";
import { rootFolder } from "../tools.ts";

/** One import, re-export or dynamic import with a literal name. */
export interface ImportOf {
  readonly specifier: string;
  readonly line: number;
  /** Vanishes at run time. */
  readonly typeOnly: boolean;
}

/** A parsed source file. */
export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly program: ParseResult["program"];
  readonly comments: readonly Comment[];
  readonly imports: readonly ImportOf[];
  readonly syntaxErrors: readonly string[];
  lineAt(offset: number): number;
}

/** Parses a text as the file it would be. */
export function parseSource(path: string, text: string): Source {
  const { program, comments, module, errors } = parseSync(path, text);
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
  const imports: ImportOf[] = [
    ...module.staticImports.map(({ moduleRequest, entries, start }) => ({
      specifier: moduleRequest.value,
      line: lineAt(start),
      typeOnly: /^import\s+type\b/.test(text.slice(start)) || allTypes(entries),
    })),
    ...module.staticExports.flatMap(({ entries, start }) => {
      const specifier = entries[0]?.moduleRequest?.value;
      if (!specifier) return [];
      const typeOnly = /^export\s+type\b/.test(text.slice(start)) || allTypes(entries);
      return [{ specifier, line: lineAt(start), typeOnly }];
    }),
    ...module.dynamicImports.flatMap(({ moduleRequest, start }) => {
      const literal = /^(["'`])(.*)\1$/s.exec(text.slice(moduleRequest.start, moduleRequest.end));
      // A dynamic import runs after its module has loaded, so it cannot close a loading cycle.
      return literal?.[2] ? [{ specifier: literal[2], line: lineAt(start), typeOnly: true }] : [];
    }),
  ];
  const syntaxErrors = errors.map(({ message }) => message);
  return { path, text, program, comments, imports, syntaxErrors, lineAt };
}

function allTypes(entries: readonly { isType: boolean }[]): boolean {
  return entries.length > 0 && entries.every((entry) => entry.isType);
}

/** Reads and parses files given by their paths from the root. */
export function readSources(paths: readonly string[]): Source[] {
  return paths.map((path) => parseSource(path, readFileSync(join(rootFolder, path), "utf8")));
}

/** `packages/x` for a file of that package; undefined elsewhere. */
export function packageFolderOf(path: string): string | undefined {
  return /^packages\/[^/]+/.exec(path)?.[0];
}

/** Tests, and what only tests use. */
export function isTest(path: string): boolean {
  const inside = path.slice(packageFolderOf(path)?.length ?? 0);
  return /\.test\.[cm]?tsx?$|\/(?:test|tests|testing|fixtures)\//.test(inside);
}

/** Where a relative import of `path` leads, from the root. */
export function resolveRelative(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}
