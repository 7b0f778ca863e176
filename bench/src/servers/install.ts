import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Packages that a peer consists of. */
export interface Installation {
  /** Absolute path; made when absent. */
  readonly folder: string;
  /** What is installed, in words. */
  readonly title: string;
  readonly dependencies: Readonly<Record<string, string | undefined>>;
  /** Whether packages may build themselves. Default not. */
  readonly scripts?: boolean;
}

/**
 * Installs packages from npm into a folder of their own, the first time and whenever they change.
 *
 * @throws {Error} when npm fails, for instance without a network.
 */
export async function install(
  { folder, title, dependencies, scripts = false }: Installation,
  say: (line: string) => void,
): Promise<void> {
  const manifest = { name: "bench-peer", private: true, type: "module", dependencies };
  const wanted = `${JSON.stringify(manifest, null, 2)}\n`;
  const marker = join(folder, "installed.json");
  if ((await readIfThere(marker)) === wanted) return;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), wanted);
  say(`installing ${title} from npm …`);
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
  if (!scripts) args.push("--ignore-scripts");
  const npm = spawn("npm", args, { cwd: folder, stdio: ["ignore", 2, 2] });
  const [code] = (await once(npm, "exit")) as [number | null];
  if (code !== 0) throw new Error(`npm could not install ${title} (exit ${code})`);
  await writeFile(marker, wanted);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
