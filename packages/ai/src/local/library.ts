import { createRequire } from "node:module";
import { join } from "node:path";
import { aiError } from "../errors.ts";

/**
 * The file with which a library of the project's starts: looked for from the project, then from here.
 *
 * @throws FreeholdError `AI_LIBRARY_MISSING`
 */
export function libraryFile(name: string, project: string): string {
  for (const base of [join(project, "package.json"), import.meta.url]) {
    try {
      return createRequire(base).resolve(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  // Their scripts fetch files from elsewhere, or fail where they cannot; nothing here needs those.
  const command = `npm install --ignore-scripts ${name}`;
  throw aiError(
    "AI_LIBRARY_MISSING",
    `Models in this process need the package \`${name}\`, which is not installed: \`${command}\`.`,
    `Install it in your project: \`${command}\`.`,
  );
}
