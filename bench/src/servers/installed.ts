import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Serve } from "../harness/server.ts";
import { prepareFreehold } from "./freehold.ts";

const root = join(import.meta.dirname, "../../..");
const command = join(root, "packages/freehold");
/** Workspaces: their code is in the bundle. */
const OWN = /^(?:@freehold|freehold)/;

/**
 * The usual server, with the command as a user has it: built, not from hundreds of sources. The
 * bundle stands in for the packages' `dist`, which takes minutes to build with its types.
 */
export async function freeholdAsInstalled(): Promise<Serve> {
  const folder = mkdtempSync(join(tmpdir(), "bench-installed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const modules = join(folder, "node_modules");
  const installed = join(modules, "freehold");
  mkdirSync(installed, { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (!OWN.test(name)) symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  for (const part of ["bin", "package.json"]) {
    cpSync(join(command, part), join(installed, part), { recursive: true });
  }
  await bundle(join(command, "src/cli.ts"), join(installed, "dist"));
  const usual = await prepareFreehold();
  return (where) => {
    const { file, cwd, args } = usual(where);
    const given = args.slice(args.findIndex((arg) => basename(arg) === "freehold.mjs") + 1);
    return { file, ...(cwd && { cwd }), args: [join(installed, "bin/freehold.mjs"), ...given] };
  };
}

async function bundle(entry: string, outdir: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["freehold-source"],
    plugins: [packagesOutside],
    logLevel: "error",
  });
}

/** What comes from npm stays outside, as in what is published. */
const packagesOutside: Plugin = {
  name: "packages-outside",
  setup(api) {
    api.onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === "entry-point" || OWN.test(path) ? undefined : { path, external: true },
    );
  },
};
