import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withDeclarationProject } from "../build/declarations.ts";
import { inParallel } from "../tools.ts";
import type { WorkspacePackage } from "../workspace.ts";

/** A report: file name under the package's `api` folder → its text. */
export type ApiReport = ReadonlyMap<string, string>;

/** What several entries of a package share. */
const SHARED = "shared";

/** The packages that people import: those whose declarations are reported. */
function reportedPackages(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  return packages.filter(({ manifest }) => !manifest.private && hasEntries(manifest));
}

function hasEntries({ exports = {} }: WorkspacePackage["manifest"]): boolean {
  return Object.values(exports).some((to) => typeof to !== "string");
}

/**
 * Compares the declarations that each package emits with the report in its folder `api`, one file
 * an entry, or writes the report anew.
 *
 * @returns one problem for each file that differs; none after writing.
 */
export async function checkApi(
  packages: readonly WorkspacePackage[],
  write: boolean,
): Promise<string[]> {
  const problems = await inParallel(2, reportedPackages(packages), async (entry) => {
    const emitted = await emitReport(entry);
    const folder = join(entry.folder, "api");
    if (!write) return compareReports(entry.name, emitted, readReport(folder));
    await writeReport(folder, emitted);
    return [];
  });
  return problems.flat();
}

/** How a report that was read differs from what is emitted now. */
export function compareReports(name: string, emitted: ApiReport, known: ApiReport): string[] {
  const files = [...new Set([...emitted.keys(), ...known.keys()])].sort();
  return files.flatMap((file) => {
    const [now, then] = [emitted.get(file), known.get(file)];
    if (now === then) return [];
    const what =
      then === undefined ? "is new" : now === undefined ? "is gone" : firstChange(then, now);
    return [`${name}: api/${file} ${what}; review it after npm run check -- api --write`];
  });
}

function firstChange(then: string, now: string): string {
  const [before, after] = [then.split("\n"), now.split("\n")];
  const line = before.findIndex((text, index) => text !== after[index]);
  const at = line === -1 ? before.length : line;
  return `differs from line ${at + 1}: "${(after[at] ?? "").trim()}"`;
}

function readReport(folder: string): ApiReport {
  if (!existsSync(folder)) return new Map();
  const files = globSync("**/*.d.ts", { cwd: folder }).map((file) => file.replaceAll("\\", "/"));
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

async function writeReport(folder: string, report: ApiReport): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [file, text] of report) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

function emitReport(entry: WorkspacePackage): Promise<ApiReport> {
  return withDeclarationProject(entry, (tsconfig) => emitWith(tsconfig, entry));
}

async function emitWith(
  tsconfig: string,
  { name, folder, manifest }: WorkspacePackage,
): Promise<ApiReport> {
  const { build } = await import("tsdown");
  const outDir = await mkdtemp(join(tmpdir(), "freehold-api-"));
  try {
    await build({
      name,
      cwd: folder,
      config: false,
      tsconfig,
      entry: entriesBySubpath(manifest.exports ?? {}),
      outDir,
      clean: false,
      format: "esm",
      platform: "node",
      fixedExtension: false,
      target: "es2024",
      sourcemap: false,
      dts: { sourcemap: false, emitDtsOnly: true },
      deps: { neverBundle: [/^cloudflare:/] },
      outputOptions: {
        minifyInternalExports: false,
        chunkFileNames: "[name].js",
        // One chunk under a fixed name, so that a report changes only with its declarations.
        codeSplitting: { groups: [{ name: `${SHARED}.d`, minShareCount: 2 }] },
      },
      report: false,
      logLevel: "error",
    });
    const emitted = [...readReport(outDir)].sort(([a], [b]) => a.localeCompare(b));
    return new Map(emitted.map(([file, text]) => [file, formatDeclarations(text)]));
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}

/** The sources of a package's subpaths, each once, under the first name that leads to it. */
function entriesBySubpath(exports: NonNullable<WorkspacePackage["manifest"]["exports"]>) {
  const names = new Map<string, string>();
  for (const [subpath, to] of Object.entries(exports)) {
    const source = typeof to === "string" ? undefined : to["freehold-source"];
    const name = subpath === "." ? "index" : subpath.slice(2);
    if (source && !names.has(source)) names.set(source, name);
  }
  return Object.fromEntries([...names].map(([source, name]) => [name, source]));
}

/** One name a line in lists of imports and exports, sorted, so that a change is a line. */
export function formatDeclarations(text: string): string {
  return text.replace(
    /^(import|export)( type)? \{ (.+) \}( from ".+")?;$/gm,
    (_, keyword: string, type: string | undefined, names: string, from: string | undefined) => {
      const lines = names
        .split(", ")
        .sort(byName)
        .map((name) => `  ${name},\n`);
      return `${keyword}${type ?? ""} {\n${lines.join("")}}${from ?? ""};`;
    },
  );
}

function byName(a: string, b: string): number {
  return a.replace("type ", "").localeCompare(b.replace("type ", ""), "en");
}
