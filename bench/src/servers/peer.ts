import { copyFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundleWorker, versions } from "@freehold/conformance";
import type { Serve } from "../harness/server.ts";
import { peerSources } from "./bundle.ts";
import { install } from "./install.ts";

const folder = join(import.meta.dirname, "../../.peer");

/**
 * Prepares the peer: the published packages on plain workerd, installed from npm into a folder of
 * their own the first time and whenever the versions change.
 *
 * @throws {Error} when npm fails, for instance without a network.
 */
export async function preparePeer(say: (line: string) => void): Promise<Serve> {
  await install(
    {
      folder,
      title: `the peer (agents ${versions.agents}, workerd ${versions.workerd})`,
      dependencies: {
        agents: versions.agents,
        ai: versions.ai[0],
        workerd: versions.workerd,
        zod: versions.zod,
      },
    },
    say,
  );
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
