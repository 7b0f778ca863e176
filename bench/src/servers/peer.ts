import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundleWorker, versions } from "@freehold/conformance";
import type { Serve } from "../harness/server.ts";
import { peerSources } from "./bundle.ts";

const folder = join(import.meta.dirname, "../../.peer");

/**
 * Prepares the peer: the published packages on plain workerd, installed from npm into a folder of
 * their own the first time and whenever the versions change.
 *
 * @throws {Error} when npm fails, for instance without a network.
 */
export async function preparePeer(say: (line: string) => void): Promise<Serve> {
  await install(say);
  // Bundled from inside the folder, so that the packages found are the folder's own.
  await copyFile(join(peerSources, "worker.ts"), join(folder, "worker.ts"));
  await writeFile(
    join(folder, "worker.js"),
    await bundleWorker(join(folder, "worker.ts"), "upstream"),
  );
  for (const name of ["workerd.capnp", "email.js"]) {
    await copyFile(join(peerSources, name), join(folder, name));
  }
  const workerd = workerdBinary();
  return ({ port, data }) => ({
    file: workerd,
    args: [
      ...["serve", join(folder, "workerd.capnp"), "config", "--experimental"],
      ...["--directory-path", `objects=${data}`, "--socket-addr", `http=127.0.0.1:${port}`],
    ],
    cwd: folder,
  });
}

/** The binary of the package for this platform, as `workerd` itself would choose it. */
function workerdBinary(): string {
  const require = createRequire(join(folder, "package.json"));
  const found = createRequire(require.resolve("workerd/package.json"));
  const platform = `${process.platform}-${process.arch === "x64" ? "64" : process.arch}`;
  return found.resolve(`@cloudflare/workerd-${platform}/bin/workerd`);
}

async function install(say: (line: string) => void): Promise<void> {
  const wanted = `${JSON.stringify(manifest(), null, 2)}\n`;
  const file = join(folder, "package.json");
  const marker = join(folder, "installed.json");
  if ((await readIfThere(marker)) === wanted) return;
  await mkdir(folder, { recursive: true });
  await writeFile(file, wanted);
  say(`installing the peer (agents ${versions.agents}, workerd ${versions.workerd}) from npm …`);
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const npm = spawn("npm", args, { cwd: folder, stdio: ["ignore", 2, 2] });
  const [code] = (await once(npm, "exit")) as [number | null];
  if (code !== 0) throw new Error(`npm could not install the peer (exit ${code})`);
  await writeFile(marker, wanted);
}

function manifest() {
  return {
    name: "bench-peer",
    private: true,
    type: "module",
    dependencies: {
      agents: versions.agents,
      ai: versions.ai[0],
      workerd: versions.workerd,
      zod: versions.zod,
    },
  };
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
