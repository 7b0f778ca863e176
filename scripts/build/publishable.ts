import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { captureTool } from "../tools.ts";
import type { WorkspacePackage } from "../workspace.ts";

/** Packs a package as npm would, and has publint and attw judge the tarball. */
export async function checkPackage(
  { name, folder, manifest }: WorkspacePackage,
  destination: string,
): Promise<string[]> {
  const tarball = await pack(folder, destination);
  const bytes = await readFile(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(bytes).buffer },
    strict: true,
  });
  const problems = messages.map((message) => formatMessage(message, pkg, { color: false }));
  if (manifest.exports) {
    const attw = [
      tarball,
      "--profile",
      "esm-only",
      "--no-emoji",
      "--no-color",
      "--format",
      "ascii",
    ];
    const { status, output } = await captureTool("@arethetypeswrong/cli/dist/index.js", attw);
    if (status !== 0) problems.push(output);
  }
  return problems.map((problem) => `${name}: ${problem}`);
}

async function pack(folder: string, destination: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", destination],
    { cwd: folder, shell: process.platform === "win32" },
  );
  const answer: unknown = JSON.parse(stdout);
  const first = Array.isArray(answer) ? answer[0] : Object.values(answer as object)[0];
  return join(destination, (first as { filename: string }).filename);
}
