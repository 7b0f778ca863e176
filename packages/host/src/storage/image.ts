import { DatabaseSync } from "node:sqlite";

/** Bytes 18 and 19 of the header say how the file is written and read: 2 is by a write-ahead log. */
const WRITE_VERSION_OFFSET = 18;
const READ_VERSION_OFFSET = 19;
const WAL_VERSION = 2;
const MEMORY_VERSION = 1;

/** Marks the bytes of a database as those of a file with a write-ahead log. Changes them. */
export function loggedImage(image: Uint8Array): Uint8Array {
  image[WRITE_VERSION_OFFSET] = WAL_VERSION;
  image[READ_VERSION_OFFSET] = WAL_VERSION;
  return image;
}

/** Marks the bytes of a file as those of a database in memory. Changes them. */
export function memoryImage(image: Uint8Array): Uint8Array {
  image[WRITE_VERSION_OFFSET] = MEMORY_VERSION;
  image[READ_VERSION_OFFSET] = MEMORY_VERSION;
  return image;
}

/** The image of an empty database, for new files. */
export function emptyImage(): Uint8Array {
  const connection = new DatabaseSync(":memory:");
  // The header of an empty database is written with its first table.
  connection.exec("CREATE TABLE first (a); DROP TABLE first; VACUUM");
  const image = connection.serialize();
  connection.close();
  return loggedImage(image);
}
