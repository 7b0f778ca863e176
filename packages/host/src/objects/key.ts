/**
 * Where an object lives: the one identity that storage, journal, alarms and sockets share.
 * Ownership is by id and never by name: a name is a property of the object, kept in the catalogue.
 */
export interface ObjectKey {
  /** Unique name of the namespace on this host: `<worker name>-<class name>`. Safe as a file name. */
  readonly namespace: string;
  /** 64 lower-case hexadecimal digits. */
  readonly id: string;
}

/** The key as one string, for maps. */
export function keyText(key: ObjectKey): string {
  return `${key.namespace}/${key.id}`;
}
