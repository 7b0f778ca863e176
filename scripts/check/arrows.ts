import type { Manifest } from "../workspace.ts";
import { isTest, packageFolderOf, resolveRelative, type Source } from "./source.ts";

/** Which package may import which: one line per package, as the layout page draws it. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  freehold: [
    "@freehold/host",
    "@freehold/workflows",
    "@freehold/ai",
    "@freehold/vectors",
    "@freehold/inspector",
    "@freehold/transform",
  ],
  "@freehold/workflows": ["@freehold/host"],
  "@freehold/ai": ["@freehold/host"],
  "@freehold/vectors": ["@freehold/host"],
  "@freehold/inspector": ["@freehold/host"],
  "@freehold/testing": ["freehold/runtime", "@freehold/transform"],
  "@freehold/agents": [],
  "@freehold/host": [],
  "@freehold/transform": [],
  "create-freehold": [],
};

/** Folders with arrows of their own. */
const ROOM_ARROWS: Readonly<Record<string, readonly string[]>> = {
  "packages/agents/src/vite/": ["@freehold/transform"],
  "packages/create-freehold/template/": ["@freehold/agents", "freehold"],
  "packages/create-freehold/template-minimal/": ["@freehold/agents"],
};

/** A package as the arrows see it. */
export interface ArrowPackage {
  readonly folder: string;
  readonly manifest: Pick<Manifest, "name" | "exports">;
}

/**
 * Imports between packages that the layout does not allow: wrong direction, past a package's
 * `exports`, by a path into another package; cycles of modules; and an index that does more than
 * re-export. Tests may import any package, by its exports.
 */
export function findArrowProblems(
  sources: readonly Source[],
  packages: readonly ArrowPackage[],
): string[] {
  const byName = new Map(packages.map((entry) => [entry.manifest.name, entry]));
  return [
    ...packages
      .filter(({ manifest }) => !ARROWS[manifest.name])
      .map(({ folder, manifest }) => `${folder}: ${manifest.name} has no line in the arrows`),
    ...sources.flatMap((source) => importProblems(source, byName)),
    ...sources.flatMap(indexProblems),
    ...cycleProblems(sources),
  ];
}

function importProblems(source: Source, packages: ReadonlyMap<string, ArrowPackage>): string[] {
  return source.imports.flatMap(({ specifier, line }) => {
    const problem = specifier.startsWith(".")
      ? relativeProblem(source.path, specifier)
      : packageProblem(source.path, specifier, packages);
    return problem ? [`${source.path}:${line} ${problem}`] : [];
  });
}

function relativeProblem(path: string, specifier: string): string | undefined {
  const from = ownerOf(path);
  const target = resolveRelative(path, specifier);
  const to = ownerOf(target);
  if (from === to || !to) return;
  if (!from && isTest(path)) return;
  return `reaches into ${to} by the path "${specifier}"; import the package by its exports`;
}

/** The template is an app of its own inside a package. */
function ownerOf(path: string): string | undefined {
  const template = "packages/create-freehold/template";
  return path.startsWith(`${template}/`) ? template : packageFolderOf(path);
}

function packageProblem(
  path: string,
  specifier: string,
  packages: ReadonlyMap<string, ArrowPackage>,
): string | undefined {
  const [, name = "", subpath = ""] = /^(@[^/]+\/[^/]+|[^/]+)(\/.*)?$/.exec(specifier) ?? [];
  const target = packages.get(name);
  if (!target) return;
  if (!Object.hasOwn(target.manifest.exports ?? {}, `.${subpath}`)) {
    return `imports "${specifier}", which ${name} does not export`;
  }
  const folder = packageFolderOf(path);
  const own = folder && [...packages.values()].find((entry) => entry.folder === folder);
  if (!own || own === target || isTest(path)) return;
  const room = Object.keys(ROOM_ARROWS).find((prefix) => path.startsWith(prefix));
  const allowed = ROOM_ARROWS[room ?? ""] ?? ARROWS[own.manifest.name] ?? [];
  if (allowed.includes(name) || allowed.includes(specifier)) return;
  const may = allowed.length > 0 ? `only ${allowed.join(", ")}` : "no package of ours";
  return `imports "${specifier}"; ${room ?? own.manifest.name} may import ${may}`;
}

function indexProblems({ path, program, lineAt }: Source): string[] {
  if (!/^packages\/[^/]+\/src\/index\.ts$/.test(path)) return [];
  return program.body.flatMap((node) => {
    const reExports =
      node.type === "ExportAllDeclaration" ||
      (node.type === "ExportNamedDeclaration" && (node.source || node.specifiers.length === 0)) ||
      (node.type === "ImportDeclaration" && node.specifiers.length === 0);
    const declares = node.type === "ExportNamedDeclaration" && node.declaration;
    if (reExports && !declares) return [];
    return [`${path}:${lineAt(node.start)} an index only re-exports (found ${node.type})`];
  });
}

/** Cycles of imports that exist at run time, each named once, within packages. */
function cycleProblems(sources: readonly Source[]): string[] {
  const edges = new Map(
    sources
      .filter(({ path }) => packageFolderOf(path))
      .map(({ path, imports }) => [
        path,
        imports
          .filter(({ specifier, typeOnly }) => specifier.startsWith(".") && !typeOnly)
          .map(({ specifier }) => resolveRelative(path, specifier)),
      ]),
  );
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      cycles.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(" → ")}`);
      return;
    }
    state.set(path, "open");
    trail.push(path);
    for (const next of edges.get(path) ?? []) visit(next);
    trail.pop();
    state.set(path, "done");
  };
  for (const path of edges.keys()) visit(path);
  return cycles;
}
