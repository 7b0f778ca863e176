import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A place in a bundle, as stacks name it: the file (with the version it was loaded as), line and column. */
const PLACE = /((?:file:\/\/)?\/[^\s()"'?]+\.m?js)(?:\?[^\s()"':]*)?:(\d+):(\d+)/g;

/**
 * Names places of what a build has written by the sources that they were made of. Maps are read when a
 * text has such a place, and not kept: hosts fail seldom, and a map takes more memory than its code.
 */
export function withSourcePlaces(text: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return text.replace(PLACE, (place, file: string, line: string, column: string) => {
    const path = pathOf(file);
    if (path === undefined) return place;
    if (!maps.has(path)) maps.set(path, mapOf(path));
    const found = maps.get(path)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found === undefined || !("originalSource" in found)) return place;
    const { originalSource, originalLine, originalColumn } = found;
    const source = resolve(dirname(path), originalSource);
    return `${source}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

/**
 * From now on, what this process prints names places of the code in a folder by their sources: what the
 * host logs, and what a Worker writes to its console.
 */
export function printSourcePlaces(folder: string): void {
  const marks = [`${folder}${sep}`, `${pathToFileURL(folder).href}/`];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...given: readonly unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: readonly unknown[]) =>
      typeof chunk === "string" && marks.some((mark) => chunk.includes(mark))
        ? write(withSourcePlaces(chunk), ...rest)
        : write(chunk, ...rest);
  }
}

function pathOf(file: string): string | undefined {
  if (!file.startsWith("file:")) return file;
  try {
    return fileURLToPath(file);
  } catch {
    // Not every text that looks like a place is one.
    return undefined;
  }
}

function mapOf(path: string): SourceMap | undefined {
  const file = `${path}.map`;
  if (path.includes("/node_modules/") || !existsSync(file)) return undefined;
  try {
    return new SourceMap(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Half written by a build, or not ours: the place in the bundle is better than none.
    return undefined;
  }
}
