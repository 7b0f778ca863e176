import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { FreeholdError } from "../errors.ts";
import { parseIgnoreRules } from "./asset-ignore.ts";
import {
  type HeaderRule,
  type ParsedRules,
  parseHeaderRules,
  parseRedirects,
  type RedirectRule,
} from "./asset-rules.ts";

export interface AssetFile {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
}

/** What a folder of static files holds. */
export interface Contents {
  readonly files: ReadonlyMap<string, AssetFile>;
  readonly redirects: readonly RedirectRule[];
  readonly headers: readonly HeaderRule[];
}

/** Configuration that lies among the files and is not one of them. */
const NOT_SERVED: ReadonlySet<string> = new Set(["/_headers", "/_redirects", "/.assetsignore"]);

/** A folder with nothing in it. */
export const NOTHING: Contents = { files: new Map(), redirects: [], headers: [] };

/**
 * Lists the files of a folder and reads the rules beside them.
 *
 * @param warn hears of rules that cannot be used.
 * @throws FreeholdError `ASSETS_UNREADABLE`
 */
export async function readContents(
  directory: string,
  warn: (problem: string) => void,
): Promise<Contents> {
  const isIgnored = parseIgnoreRules(await readIfThere(join(directory, ".assetsignore")));
  const files = await listFiles(directory, isIgnored);
  const rulesOf = async <T>(name: string, parse: (text: string) => ParsedRules<T>) => {
    const { rules, problems } = parse(await readIfThere(join(directory, name)));
    for (const problem of problems) warn(problem);
    return rules;
  };
  return {
    files,
    redirects: await rulesOf("_redirects", parseRedirects),
    headers: await rulesOf("_headers", parseHeaderRules),
  };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw unreadable(path, cause);
  }
}

async function listFiles(
  directory: string,
  isIgnored: (path: string) => boolean,
): Promise<Map<string, AssetFile>> {
  const files = new Map<string, AssetFile>();
  try {
    const root = await realpath(directory);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isDirectory()) continue;
      const listed = join(entry.parentPath, entry.name);
      const name = `/${listed
        .slice(root.length + 1)
        .split(sep)
        .join("/")}`;
      if (NOT_SERVED.has(name) || isIgnored(name)) continue;
      const file = await describe(root, listed);
      if (file) files.set(name, file);
    }
  } catch (cause) {
    throw unreadable(directory, cause);
  }
  return files;
}

function unreadable(path: string, cause: unknown): FreeholdError {
  return new FreeholdError("ASSETS_UNREADABLE", `${path} cannot be read.`, {
    help: "Build the project, or correct `assets.directory` in its configuration.",
    cause,
  });
}

/** A regular file inside the folder, after symbolic links were followed. */
async function describe(root: string, listed: string): Promise<AssetFile | undefined> {
  const path = await realpath(listed).catch(() => undefined);
  if (path === undefined || !path.startsWith(`${root}${sep}`)) return undefined;
  const facts = await stat(path);
  const { size, mtimeMs } = facts;
  const etag = `"${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}"`;
  return facts.isFile() ? { path, size, etag } : undefined;
}
