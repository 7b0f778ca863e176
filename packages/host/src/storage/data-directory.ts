import { join, sep } from "node:path";
import { FreeholdError } from "../errors.ts";
import type { ObjectKey } from "../objects/key.ts";

const ID = /^[0-9a-f]{64}$/;
const NAMESPACE = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

/** What a host keeps for itself: catalogue and alarm index. Its lock is the lock of the directory. */
export function hostFile(dataDirectory: string): string {
  return join(dataDirectory, "host.sqlite");
}

/** Names the process that uses the directory. For people and error texts: the lock is the file above. */
export function processFile(dataDirectory: string): string {
  return join(dataDirectory, "host.pid");
}

/** What holds the files of all objects. */
export function objectsDirectory(dataDirectory: string): string {
  return join(dataDirectory, "objects");
}

/** What holds the files of the objects of one namespace. */
export function namespaceDirectory(dataDirectory: string, namespace: string): string {
  if (!NAMESPACE.test(namespace)) throw unsafeKey();
  return join(objectsDirectory(dataDirectory), namespace);
}

/**
 * Where an object's file is.
 *
 * @throws FreeholdError `OBJECT_KEY_INVALID` when the key could name a file elsewhere.
 */
export function objectFile(dataDirectory: string, { namespace, id }: ObjectKey): string {
  if (!ID.test(id) || !NAMESPACE.test(namespace)) {
    throw unsafeKey();
  }
  const directory = namespaceDirectory(dataDirectory, namespace);
  return [directory, id.slice(0, 2), `${id}.sqlite`].join(sep);
}

/**
 * Where the file of an object's facet is: beside the object's own.
 *
 * @throws FreeholdError `OBJECT_KEY_INVALID` when the key could name a file elsewhere.
 */
export function facetFile(dataDirectory: string, key: ObjectKey, number: number): string {
  return objectFile(dataDirectory, key).replace(/\.sqlite$/, `.${number}.sqlite`);
}

function unsafeKey(): FreeholdError {
  return new FreeholdError("OBJECT_KEY_INVALID", "An object key is not safe as a file name.", {
    help: "Name classes and Workers with letters, digits, dots, dashes and underscores.",
  });
}
