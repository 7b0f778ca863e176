import { rmSync } from "node:fs";
import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, writeProject } from "@freehold/conformance";
import type { Serve } from "../harness/server.ts";
import { peerSources } from "./bundle.ts";

const bin = join(import.meta.dirname, "../../../packages/freehold/bin/freehold.mjs");
const entry = join(peerSources, "chat-worker.ts");

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-chat-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The chat with our SDK, served by `freehold start`. */
export async function chatOnFreehold(): Promise<Serve> {
  const folder = await newFolder();
  const script = await bundleWorker(entry, "freehold");
  await writeProject(folder, { name: "bench-chat", script, objects: { BenchChat: "BenchChat" } });
  return ({ port, data }) => ({
    file: process.execPath,
    args: [
      ...[bin, "start", "--config", join(folder, "wrangler.jsonc")],
      ...["--port", String(port), "--data", data],
    ],
    cwd: folder,
  });
}

/** The chat with the published packages on plain workerd, both as the tests have them. */
export async function chatOnWorkerd(): Promise<Serve> {
  const folder = await newFolder();
  await writeFile(join(folder, "chat-worker.js"), await bundleWorker(entry, "upstream"));
  for (const name of ["chat.capnp", "email.js"]) {
    await copyFile(join(peerSources, name), join(folder, name));
  }
  const require = createRequire(import.meta.url);
  const found = createRequire(require.resolve("workerd/package.json"));
  const platform = `${process.platform}-${process.arch === "x64" ? "64" : process.arch}`;
  const workerd = found.resolve(`@cloudflare/workerd-${platform}/bin/workerd`);
  return ({ port, data }) => ({
    file: workerd,
    args: [
      ...["serve", join(folder, "chat.capnp"), "config", "--experimental"],
      ...["--directory-path", `objects=${data}`, "--socket-addr", `http=127.0.0.1:${port}`],
    ],
    cwd: folder,
  });
}
