import type { WorkspacePackage } from "../workspace.ts";

/** What a package's `exports` promise, as a bundler's entries: name in dist → source file. */
export type Entries = Readonly<Record<string, string>>;

/**
 * Reads the entries of a package from its `exports`, where every subpath names its source and the
 * files built from it: `./src/a/index.ts` beside `./dist/a/index.d.ts` and `./dist/a/index.js`.
 *
 * @throws Error naming the subpath whose three files do not belong together.
 */
export function entriesOf({
  name,
  manifest,
}: Pick<WorkspacePackage, "name" | "manifest">): Entries {
  const entries = Object.entries(manifest.exports ?? {}).flatMap(([subpath, conditions]) => {
    if (typeof conditions === "string") return [];
    const source = conditions["freehold-source"] ?? "";
    const stem = /^\.\/src\/(.+)\.tsx?$/.exec(source)?.[1];
    const fits =
      stem &&
      conditions.types === `./dist/${stem}.d.ts` &&
      conditions.default === `./dist/${stem}.js`;
    if (!fits) {
      throw new Error(
        `${name}: the export "${subpath}" must name ./src/x.ts, ./dist/x.d.ts and ./dist/x.js with one and the same x`,
      );
    }
    return [[stem, source] as const];
  });
  return Object.fromEntries(entries);
}
