import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { rootFolder } from "./tools.ts";

/** One condition map of a package's `exports`. */
interface ExportConditions {
  readonly "freehold-source"?: string;
  readonly types?: string;
  readonly default?: string;
}

/** The fields of a package.json that the repository's scripts read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, ExportConditions | string>>;
}

/** A package under packages/. */
export interface WorkspacePackage {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every package under packages/, by name. */
export function findPackages(): WorkspacePackage[] {
  return globSync("packages/*/package.json", { cwd: rootFolder })
    .map((file) => {
      const manifest: Manifest = JSON.parse(readFileSync(join(rootFolder, file), "utf8"));
      return { name: manifest.name, folder: join(rootFolder, file, ".."), manifest };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Every source file that people write, relative to the root, with `/` on every platform. */
export function findSources(): string[] {
  const folders = "{packages,conformance,bench,scripts,examples}";
  return globSync(`${folders}/**/*.{ts,tsx,mts,js,mjs}`, {
    cwd: rootFolder,
    exclude: (name) => GENERATED.has(name),
  })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !file.endsWith(".d.ts"))
    .sort();
}

const GENERATED = new Set(["node_modules", "dist", ".freehold", ".wrangler", ".peer", "coverage"]);

/** Every `tsconfig*.json` that `tsc` checks, relative to the root. */
export function findProjects(): string[] {
  return globSync("{packages/*,examples/*,*}/tsconfig{,.*}.json", {
    cwd: rootFolder,
    exclude: (name) => GENERATED.has(name),
  })
    .map((file) => relative(".", file))
    .sort();
}

/** Whether a path, relative to the root, exists. */
export function exists(path: string): boolean {
  return existsSync(join(rootFolder, path));
}
