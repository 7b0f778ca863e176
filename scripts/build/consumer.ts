import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { captureTool, rootFolder } from "../tools.ts";
import type { WorkspacePackage } from "../workspace.ts";
import type { Entries } from "./entries.ts";

/** Inside the checkout, so that imports find the workspace's packages as a project's would. */
const PROJECT = join(rootFolder, "node_modules/.cache/freehold-consumer");

/**
 * Type-checks a project that imports every subpath of the built packages, without the condition
 * that leads to the sources. Declarations of others (libraries, the platform) are not judged.
 *
 * @returns What TypeScript says about our declarations or their resolution.
 */
export async function checkConsumer(
  packages: readonly (WorkspacePackage & { entries: Entries })[],
): Promise<string[]> {
  const specifiers = packages.flatMap(({ name, manifest, entries }) => {
    const sources = new Set(Object.values(entries));
    return Object.entries(manifest.exports ?? {})
      .filter(([, to]) => typeof to !== "string" && sources.has(to["freehold-source"] ?? ""))
      .map(([subpath]) => name + subpath.slice(1));
  });
  const imports = specifiers.map(
    (specifier, index) => `import * as _${index} from "${specifier}";`,
  );
  const uses = `export default [${specifiers.map((_, index) => `_${index}`).join(", ")}];`;
  await rm(PROJECT, { recursive: true, force: true });
  await mkdir(PROJECT, { recursive: true });
  await writeFile(join(PROJECT, "index.ts"), `${[...imports, uses].join("\n")}\n`);
  await writeFile(join(PROJECT, "tsconfig.json"), JSON.stringify(TSCONFIG));
  const tsc = ["-p", PROJECT, "--pretty", "false"];
  const { output } = await captureTool("typescript/bin/tsc", tsc);
  return output.split("\n").filter((line) => /error TS\d+/.test(line) && !isOfOthers(line));
}

/** A declaration file of a library or of TypeScript, as tsc names it: relative to the root. */
function isOfOthers(line: string): boolean {
  const file = line.slice(0, line.indexOf("("));
  return file.includes("node_modules/") && !file.includes("freehold-consumer/");
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "dom", "dom.iterable", "esnext.disposable", "esnext.decorators"],
    module: "nodenext",
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ["node", "@cloudflare/workers-types", "react"],
  },
  include: ["index.ts"],
};
