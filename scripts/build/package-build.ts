import type { InlineConfig } from "tsdown";
import type { WorkspacePackage } from "../workspace.ts";
import type { Entries } from "./entries.ts";

/** How a package's code is built, whether it is for npm or for tests. */
export function packageBuild(
  { name, folder }: Pick<WorkspacePackage, "name" | "folder">,
  entries: Entries,
) {
  return {
    name,
    cwd: folder,
    config: false,
    entry: { ...entries },
    outDir: "dist",
    clean: true,
    format: "esm",
    platform: "node",
    fixedExtension: false,
    target: "es2024",
    sourcemap: true,
    deps: { neverBundle: [/^cloudflare:/] },
    report: false,
    logLevel: "error",
  } satisfies InlineConfig;
}
