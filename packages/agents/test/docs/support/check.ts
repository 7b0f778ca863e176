import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sample } from "./samples.ts";

/** One complaint of the compiler: sample, message. */
export type Diagnostics = ReadonlyMap<string, readonly string[]>;

/** What samples take for granted: bindings of any name, and a Worker's globals. */
const AMBIENT = `
interface Env extends Cloudflare.Env { [binding: string]: any }
declare const env: Env;
declare const ctx: ExecutionContext;
`;

/** The published \`agents/tsconfig\`, with our packages' sources where they are asked for. */
const OPTIONS = {
  target: "es2021",
  lib: ["es2022", "dom", "dom.iterable"],
  jsx: "react-jsx",
  module: "es2022",
  moduleResolution: "bundler",
  customConditions: ["freehold-source"],
  allowImportingTsExtensions: true,
  noEmit: true,
  isolatedModules: true,
  esModuleInterop: true,
  strict: true,
  skipLibCheck: true,
};

/**
 * Checks the samples with the compiler, in a folder of their own below `root`.
 *
 * @param sdk What stands for \`agents\` in their imports.
 * @returns The complaints by the sample's name, without places: they differ by the imports.
 */
export function checkSamples(
  root: string,
  samples: readonly Sample[],
  sdk: "agents" | "@freehold/agents",
): Diagnostics {
  mkdirSync(join(root, ".freehold"), { recursive: true });
  const folder = mkdtempSync(join(root, ".freehold/docs-"));
  try {
    symlinkSync(join(root, "../../node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "ambient.d.ts"), AMBIENT);
    const compilerOptions = { ...OPTIONS, types: ["node", "@cloudflare/workers-types", "react"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    for (const { name, extension, source } of samples) {
      const text = source.replace(/(["'])agents(?=[/"'])/g, `$1${sdk}`);
      writeFileSync(join(folder, `${name}.${extension}`), text);
    }
    return compile(root, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(root: string, folder: string): Diagnostics {
  const compiler = join(root, "../../node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
    encoding: "utf8",
    cwd: folder,
    maxBuffer: 2 ** 28,
  });
  const found = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const [, name, message] = /^([\w-]+)\.tsx?\(\d+,\d+\): error (.*)$/.exec(line) ?? [];
    if (name && message) found.set(name, [...(found.get(name) ?? []), message]);
  }
  return found;
}
