import type { SpawnOptions } from "node:child_process";
import { relative } from "node:path";
import { captureTool, inParallel, rootFolder } from "../tools.ts";
import { findPackages, findProjects, findSources } from "../workspace.ts";
import { checkApi } from "./api.ts";
import { findArrowProblems } from "./arrows.ts";
import { findHygieneProblems } from "./hygiene.ts";
import { findLockProblems, readLockFile } from "./lock.ts";
import { findLargeFiles, findSizeProblems } from "./sizes.ts";
import { readSources, type Source } from "./source.ts";

/** What a check found; it passes when there are no problems. */
export interface CheckResult {
  readonly problems: readonly string[];
  /** A few words for the line that reports the check. */
  readonly note?: string | undefined;
}

/** What `npm run check` was told. */
export interface CheckOptions {
  /** Bring what is generated up to date instead of judging it. */
  readonly write: boolean;
}

/** One sub-check of `npm run check`. */
export type Check = (options: CheckOptions) => Promise<CheckResult>;

let parsed: Source[] | undefined;
function sources(): Source[] {
  parsed ??= readSources(findSources());
  return parsed;
}

/** Every sub-check by its name, as `npm run check -- name` takes it. */
export const CHECKS: Readonly<Record<string, Check>> = {
  types: checkTypes,
  lint: () =>
    checkWithTool("@biomejs/biome/bin/biome", [
      "ci",
      "--colors=off",
      "--max-diagnostics=40",
      "--diagnostic-level=warn",
      "--error-on-warnings",
      ".",
    ]),
  arrows: async () => ({ problems: findArrowProblems(sources(), arrowPackages()) }),
  sizes: async () => {
    const large = findLargeFiles(sources());
    const note =
      large.length > 0 ? `${large.length} files above 300 lines: ${large.join(", ")}` : undefined;
    return { problems: findSizeProblems(sources()), note };
  },
  lock: async () => ({ problems: findLockProblems(readLockFile()) }),
  api: async ({ write }) => {
    const packages = findPackages();
    return { problems: await checkApi(packages, write), note: write ? "written" : undefined };
  },
  hygiene: async () => ({ problems: findHygieneProblems(sources()) }),
  unused: () =>
    checkWithTool("knip/bin/knip.js", ["--no-progress", "--no-config-hints"], {
      // It loads configurations, which import our packages.
      env: { ...process.env, NODE_OPTIONS: "--conditions=freehold-source" },
    }),
};

function arrowPackages() {
  return findPackages().map(({ folder, manifest }) => ({
    folder: relative(rootFolder, folder).replaceAll("\\", "/"),
    manifest,
  }));
}

async function checkTypes(): Promise<CheckResult> {
  const projects = findProjects();
  const outputs = await inParallel(2, projects, async (project) => {
    const result = await captureTool("typescript/bin/tsc", ["-p", project, "--pretty", "false"]);
    return result.status === 0 ? [] : result.output.split("\n").filter(Boolean);
  });
  return { problems: [...new Set(outputs.flat())], note: `${projects.length} projects` };
}

async function checkWithTool(
  file: string,
  args: readonly string[],
  options?: SpawnOptions,
): Promise<CheckResult> {
  const { status, output } = await captureTool(file, args, options);
  return { problems: status === 0 ? [] : [output || `${file} ended with ${status}`] };
}
