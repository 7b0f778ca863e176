import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

let replaced: ReadonlyMap<string, string> = new Map();
let parentURL = "";
let isInstalled = false;

/**
 * Lets Node load other packages in the place of some, with all their subpaths, wherever they are
 * imported. Vite's alias does the same for what Vite loads.
 *
 * @param root the folder that the replacements are found from
 */
export function replacePackages(alias: Readonly<Record<string, string>>, root: string): void {
  replaced = new Map(Object.entries(alias));
  parentURL = pathToFileURL(join(root, "package.json")).href;
  if (isInstalled || replaced.size === 0) return;
  isInstalled = true;
  registerHooks({
    resolve(specifier, context, next) {
      const replacement = replacementOf(specifier);
      if (replacement === undefined) return next(specifier, context);
      return next(replacement, { ...context, parentURL });
    },
  });
}

function replacementOf(specifier: string): string | undefined {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "";
  const replacement = replaced.get(name);
  return replacement === undefined ? undefined : replacement + specifier.slice(name.length);
}
