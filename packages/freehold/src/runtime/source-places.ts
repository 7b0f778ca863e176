import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { placeIn, type SourceMapFile } from "./source-map.ts";

/**
 * A place in a bundle, as stacks name it: the file (with the version it was loaded as), line and column.
 * It begins a word, so that a text of any length is gone through once.
 */
const PLACE =
  /(?<![^\s(])((?:file:\/\/)?\/[^\s()"'?]+\.m?js)(?:\?[^\s()"':]{0,99})?:(\d{1,9}):(\d{1,9})/g;

/**
 * Maps that were read, for as long as the heap has room for them: a host that fails often shall not read
 * them each time, and one that fails seldom shall not keep what takes more memory than its code.
 */
const readMaps = new Map<string, WeakRef<KnownMap>>();

interface KnownMap extends SourceMapFile {
  /** Places that were asked for: errors come by the same ones again. */
  readonly places: Map<string, string | undefined>;
}

const MOST_PLACES = 1000;

/**
 * Names places of what a build has written by the sources that they were made of. Maps are read when a
 * text has such a place.
 */
export function withSourcePlaces(text: string): string {
  return text.replace(PLACE, (place, file: string, line: string, column: string) => {
    const path = pathOf(file);
    return (path && sourceOf(path, Number(line), Number(column))) || place;
  });
}

function sourceOf(path: string, line: number, column: number): string | undefined {
  const map = mapOf(path);
  if (map === undefined) return undefined;
  const asked = `${line}:${column}`;
  if (!map.places.has(asked)) {
    if (map.places.size >= MOST_PLACES) map.places.clear();
    const found = placeIn(map, line, column);
    map.places.set(
      asked,
      found && `${resolve(dirname(path), found.source)}:${found.line}:${found.column}`,
    );
  }
  return map.places.get(asked);
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

function mapOf(path: string): KnownMap | undefined {
  const kept = readMaps.get(path)?.deref();
  if (kept !== undefined) return kept;
  const file = `${path}.map`;
  if (path.includes("/node_modules/") || !existsSync(file)) return undefined;
  try {
    const { sources, mappings } = JSON.parse(readFileSync(file, "utf8")) as SourceMapFile;
    if (!Array.isArray(sources) || typeof mappings !== "string") return undefined;
    const map = { sources, mappings, places: new Map<string, string | undefined>() };
    readMaps.set(path, new WeakRef(map));
    return map;
  } catch {
    // Half written by a build, or not ours: the place in the bundle is better than none.
    return undefined;
  }
}
