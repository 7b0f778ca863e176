import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What a process has to be allowed to read, to load a package. Node looks for a package under its name,
 * which is a link where packages are kept elsewhere (pnpm), and reads it where it is.
 *
 * @param manifest path of the package's `package.json`
 */
export function readablePlaces(manifest: string): readonly string[] {
  const places = new Set([manifest, realpathSync(manifest)]);
  return Array.from(places, (place) => join(dirname(place), "*"));
}
