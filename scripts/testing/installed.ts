/**
 * The packages as a user has them: compiled, without types, a few files each. A process that starts
 * from them needs a sixth of the CPU of one from the sources, which suites that end hundreds of
 * processes feel.
 *
 * @module
 */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { entriesOf } from "../build/entries.ts";
import { packageBuild } from "../build/package-build.ts";
import { rootFolder } from "../tools.ts";
import { findPackages, type WorkspacePackage } from "../workspace.ts";
import { digestOf, madeOnce } from "./made-once.ts";

/** Inside the repository, where packages from npm are found. */
const KEPT = join(rootFolder, ".installed");
/** Packages of which processes are made. */
const NAMES: readonly string[] = [
  "freehold",
  "@freehold/agents",
  "@freehold/host",
  "@freehold/workflows",
  "@freehold/ai",
  "@freehold/vectors",
  "@freehold/transform",
];
/** What else decides how they come out. */
const BUILT_BY = [
  "package-lock.json",
  "tsconfig.base.json",
  "scripts/build/package-build.ts",
  "scripts/testing/installed.ts",
];
/** Of a package's own dependencies. */
const LEFT_OUT = /[/\\]\.(?:bin|cache|vite)$/;
/** Another run may use what is younger. */
const DAY_MS = 86_400_000;

let made: Promise<string> | undefined;

/** A folder whose `node_modules` has the packages. Projects inside it find them as a user's does. */
export function installedFolder(): Promise<string> {
  made ??= make();
  return made;
}

/**
 * Makes the packages, unless they stand already as the sources are now.
 *
 * @returns the launcher's path, to be given to Node with the command's arguments.
 * @example
 * ```ts
 * const child = spawn(process.execPath, [await installedCommand(), "start"], { cwd: project });
 * ```
 */
export async function installedCommand(): Promise<string> {
  return join(await installedFolder(), "node_modules/freehold/bin/freehold.mjs");
}

/** How a program names another of its files, which it does not import. */
const NAMED = /new URL\("(\.\/[\w-]+)\.ts", import\.meta\.url/g;

/**
 * Compiles a program of a test, with the files beside it that it names by their URL. It uses the
 * packages as a user has them; what it imports from sources by a path is part of it.
 *
 * @param entry absolute path.
 * @returns path of the compiled program, which stands until this process ends.
 */
export async function compiledProgram(entry: string): Promise<string> {
  const folder = mkdtempSync(join(await installedFolder(), "program-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const named = readFileSync(entry, "utf8").matchAll(NAMED);
  await build({
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    keepNames: true,
    logLevel: "error",
    entryPoints: [entry, ...[...named].map(([, stem]) => join(dirname(entry), `${stem}.ts`))],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    packages: "external",
    plugins: [namedFiles],
  });
  return join(folder, `${basename(entry, ".ts")}.mjs`);
}

function make(): Promise<string> {
  const packages = findPackages().filter(({ name }) => NAMES.includes(name));
  const isLeftOut = (name: string) => name.includes(".test.");
  const digest = digestOf([
    ...packages.map(({ folder }) => ({
      ...{ folder, isLeftOut },
      patterns: ["package.json", "bin/**/*", "src/**/*"],
    })),
    { folder: rootFolder, isLeftOut, patterns: BUILT_BY },
  ]);
  return madeOnce(join(KEPT, digest), async (half) => {
    forgetOld();
    await Promise.all(packages.map((each) => install(each, join(half, "node_modules"))));
    // Of the examples, which stand two folders below it.
    cpSync(join(rootFolder, "tsconfig.base.json"), join(half, "tsconfig.base.json"));
    mkdirSync(join(half, "apps"));
  });
}

async function install(entry: WorkspacePackage, modules: string): Promise<void> {
  const target = join(modules, entry.name);
  mkdirSync(target, { recursive: true });
  for (const part of ["bin", "package.json"]) {
    const from = join(entry.folder, part);
    if (existsSync(from)) cpSync(from, join(target, part), { recursive: true });
  }
  // Versions of its own. What is in a folder that is a link could not be told from the packages beside it.
  const nested = join(entry.folder, "node_modules");
  if (existsSync(nested)) {
    const copied = join(target, "node_modules");
    cpSync(nested, copied, { recursive: true, filter: (path) => !LEFT_OUT.test(path) });
  }
  const { build: buildPackage } = await import("tsdown");
  await buildPackage({
    ...packageBuild(entry, entriesOf(entry)),
    outDir: join(target, "dist"),
    dts: false,
    sourcemap: false,
  });
}

/** Compiled, its files have other endings. */
const namedFiles: Plugin = {
  name: "named-files",
  setup(api) {
    api.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8").replaceAll(
        NAMED,
        'new URL("$1.mjs", import.meta.url',
      );
      return { contents, loader: "ts" };
    });
  },
};

function forgetOld(): void {
  for (const name of readdirSync(KEPT)) {
    const path = join(KEPT, name);
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true });
  }
}
