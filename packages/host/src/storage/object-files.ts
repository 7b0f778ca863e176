import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectKey } from "../objects/key.ts";
import { objectsDirectory } from "./data-directory.ts";

/** The file of one object, or of one of its facets. */
export interface ObjectFile {
  /** The object that it belongs to. */
  readonly key: ObjectKey;
  /** Of a facet: its number. */
  readonly facet: number | undefined;
  readonly path: string;
  /** A crash came before it had its own name: the file is at `firstName(path)`, whole or not. */
  readonly isFirst: boolean;
}

const NAME = /^([0-9a-f]{64})(?:\.([1-9]\d*))?\.sqlite(-first)?$/;

/** The place of a file's owner in the journal and in error texts. */
export function fileKey({ key, facet }: ObjectFile): ObjectKey {
  return facet === undefined ? key : { ...key, id: `${key.id}.${facet}` };
}

/** Where a file is, as seen from the data directory. */
export function relativeName({ key, facet }: ObjectFile): string {
  const number = facet === undefined ? "" : `.${facet}`;
  return join("objects", key.namespace, key.id.slice(0, 2), `${key.id}${number}.sqlite`);
}

/** What a file's name says of it; `undefined` when it is no object's. */
export function parseName(namespace: string, folder: string, name: string): ObjectFile | undefined {
  const [, id, facet, first] = NAME.exec(name) ?? [];
  if (id === undefined) return undefined;
  const number = facet === undefined ? undefined : Number(facet);
  const path = join(folder, first === undefined ? name : name.slice(0, -first.length));
  return { key: { namespace, id }, facet: number, path, isFirst: first !== undefined };
}

/** A file below the objects' directory. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  /** The folders that it is in, from the objects' directory downwards. */
  readonly folders: readonly string[];
}

/** All files below the objects' directory, in order. */
export async function* filesBelow(
  dataDirectory: string,
  folders: readonly string[] = [],
): AsyncGenerator<FoundFile> {
  const directory = join(objectsDirectory(dataDirectory), ...folders);
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory() && folders.length < 2) {
      yield* filesBelow(dataDirectory, [...folders, entry.name]);
    } else yield { path: join(directory, entry.name), name: entry.name, folders };
  }
}

/** The files of all objects and their facets, or of one object. */
export async function* objectFiles(
  dataDirectory: string,
  only?: ObjectKey,
): AsyncGenerator<ObjectFile> {
  let last: string | undefined;
  for await (const { path, name, folders } of filesBelow(dataDirectory)) {
    const [namespace, prefix] = folders;
    if (namespace === undefined || prefix === undefined) continue;
    const file = parseName(namespace, join(path, ".."), name);
    if (file === undefined || file.key.id.slice(0, 2) !== prefix) continue;
    // With its own name there, it is another name of the same.
    if (file.path === last) continue;
    last = file.path;
    const isWanted =
      only === undefined || (only.id === file.key.id && only.namespace === namespace);
    if (isWanted) yield file;
  }
}
