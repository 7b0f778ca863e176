import { join } from "node:path";

/** A path beside this file. */
export function localPath(relative: string): string {
  return join(import.meta.dirname, relative);
}
