import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** In the cache of the repository's packages: too large (46 and 150 MB) for everybody's install. */
const CACHE = join(import.meta.dirname, "../../../../../node_modules/.cache/local-models");
const INSTALL = [
  "install",
  "--ignore-scripts",
  "--prefer-offline",
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
  "--fetch-retry-mintimeout=1000",
  "--fetch-retry-maxtimeout=5000",
];

const LLAMA = "3.22.1";
const TRANSFORMERS = "4.3.1";
const LLAMA_BINARIES: Readonly<Record<string, string>> = {
  "linux-x64": "@node-llama-cpp/linux-x64",
  "linux-arm64": "@node-llama-cpp/linux-arm64",
  "darwin-arm64": "@node-llama-cpp/mac-arm64-metal",
  "darwin-x64": "@node-llama-cpp/mac-x64",
  "win32-x64": "@node-llama-cpp/win-x64",
};

interface Library {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
}

/**
 * A project that has `node-llama-cpp` with the binary for processors alone: its other optional packages
 * are for graphics cards, up to 177 MB each.
 *
 * @returns the project's folder; `undefined` where npm cannot install it, for instance without a network
 */
export function llamaProject(): Promise<string | undefined> {
  const binary = LLAMA_BINARIES[`${process.platform}-${process.arch}`];
  return installed({
    name: "llama",
    version: LLAMA,
    dependencies: { "node-llama-cpp": LLAMA, ...(binary && { [binary]: LLAMA }) },
    arguments: ["--omit=optional"],
  });
}

/** A project that has `@huggingface/transformers`. @returns as {@link llamaProject} */
export function transformersProject(): Promise<string | undefined> {
  return installed({
    name: "transformers",
    version: TRANSFORMERS,
    dependencies: { "@huggingface/transformers": TRANSFORMERS },
    arguments: [],
  });
}

/** Installs the first time; in CI a failure is one. */
async function installed(library: Library): Promise<string | undefined> {
  const { name, version, dependencies } = library;
  const folder = join(CACHE, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  // Apart, so that what is there is whole, whoever else installs it meanwhile.
  const own = `${folder}.${process.pid}`;
  try {
    await mkdir(own, { recursive: true });
    await writeFile(join(own, "package.json"), JSON.stringify({ private: true, dependencies }));
    const npm = spawn("npm", [...INSTALL, ...library.arguments], {
      cwd: own,
      stdio: ["ignore", "ignore", 2],
      shell: process.platform === "win32",
    });
    const [code] = (await once(npm, "exit")) as [number | null];
    if (code !== 0 && process.env.CI) throw new Error(`npm could not install ${name}.`);
    if (code !== 0) return undefined;
    if (!existsSync(folder)) await rename(own, folder);
    return folder;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
