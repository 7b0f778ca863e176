import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { FreeholdError } from "@freehold/host";

const WRANGLER_FILES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];
const VITE_FILES = ["ts", "mts", "cts", "js", "mjs", "cjs"].map(
  (ending) => `vite.config.${ending}`,
);

/** What may be left out at the end of the path of a Worker. */
const CODE_ENDINGS = ["", ".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs"];

/**
 * The path of a project's Worker.
 *
 * @throws FreeholdError `MAIN_MISSING`, `MAIN_NOT_FOUND`
 */
export function entryOf(main: string | undefined, wranglerFile: string): string {
  const help = 'Write `"main": "src/server.ts"`, the path of your Worker.';
  if (main === undefined) {
    throw new FreeholdError("MAIN_MISSING", `${wranglerFile} names no \`main\`.`, { help });
  }
  if (CODE_ENDINGS.some((ending) => existsSync(main + ending))) return main;
  const message = `There is no ${main}, which ${wranglerFile} names as \`main\`.`;
  throw new FreeholdError("MAIN_NOT_FOUND", message, { help });
}

/** A folder with a Worker in it. */
export interface Project {
  /** Absolute path. */
  readonly root: string;
  /** Absolute path of `wrangler.jsonc` or its kin. */
  readonly wranglerFile: string;
  /** Absolute path of the Vite configuration, when there is one. */
  readonly viteFile: string | undefined;
}

/**
 * Finds the project that a command works on.
 *
 * @param configFile path of a `wrangler.jsonc`; its folder is the project. Default: the one in `cwd`.
 * @throws FreeholdError `PROJECT_NOT_FOUND`
 */
export function findProject(cwd: string, configFile?: string): Project {
  const wranglerFile =
    configFile === undefined
      ? WRANGLER_FILES.map((name) => resolve(cwd, name)).find((path) => existsSync(path))
      : resolve(cwd, configFile);
  if (wranglerFile === undefined || !existsSync(wranglerFile)) {
    const wanted =
      configFile === undefined ? `a ${WRANGLER_FILES.join(", ")} in ${cwd}` : configFile;
    throw new FreeholdError("PROJECT_NOT_FOUND", `There is no ${wanted.replace(/^a /, "")}.`, {
      help: "Run the command in the folder of your project, or name its configuration with --config.",
    });
  }
  const root = dirname(wranglerFile);
  const viteFile = VITE_FILES.map((name) => resolve(root, name)).find((path) => existsSync(path));
  return { root, wranglerFile, viteFile };
}
