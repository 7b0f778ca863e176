import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { FreeholdError } from "@freehold/host";

const FILE = "freehold.json";

/** What a build leaves for `freehold start`: paths relative to the build's folder. */
export interface BuildManifest {
  readonly worker: string;
  /** Absent when the project has no page. */
  readonly assets?: string;
}

/** Writes the manifest into a build's folder. */
export async function writeManifest(folder: string, manifest: BuildManifest): Promise<void> {
  await writeFile(resolve(folder, FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Takes back what the last build said: while one runs, and after one that failed, there is none to start. */
export async function removeManifest(folder: string): Promise<void> {
  await rm(resolve(folder, FILE), { force: true });
}

/**
 * Reads the manifest of a build, with its paths made absolute.
 *
 * @returns `undefined` when the folder holds no build.
 * @throws FreeholdError `BUILD_INVALID`
 */
export async function readManifest(folder: string): Promise<BuildManifest | undefined> {
  const file = resolve(folder, FILE);
  if (!existsSync(file)) return undefined;
  const manifest = parse(file, await readFile(file, "utf8"));
  const worker = resolve(folder, manifest.worker);
  if (!existsSync(worker)) throw broken(file);
  return {
    worker,
    ...(manifest.assets === undefined ? {} : { assets: resolve(folder, manifest.assets) }),
  };
}

function parse(file: string, text: string): BuildManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw broken(file, cause);
  }
  const { worker, assets } = (value ?? {}) as Record<string, unknown>;
  if (typeof worker !== "string") throw broken(file);
  return { worker, ...(typeof assets === "string" ? { assets } : {}) };
}

function broken(file: string, cause?: unknown): FreeholdError {
  return new FreeholdError("BUILD_INVALID", `${file} does not describe a finished build.`, {
    help: "Run `freehold build` again.",
    cause,
  });
}
