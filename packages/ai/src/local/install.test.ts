import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { libraryFile } from "./library.ts";

const root = join(import.meta.dirname, "../../../..");

interface Manifest {
  readonly allowScripts?: Readonly<Record<string, boolean>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const read = <T>(path: string) => JSON.parse(readFileSync(join(root, path), "utf8")) as T;

describe("the libraries of local models", () => {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = read<Manifest>(
    "packages/ai/package.json",
  );

  it("come only if a project installs them", () => {
    expect(Object.keys(peerDependencies).sort()).toEqual([
      "@huggingface/transformers",
      "node-llama-cpp",
    ]);
    for (const name of Object.keys(peerDependencies)) {
      expect(peerDependenciesMeta[name]?.optional).toBe(true);
    }
    const { packages } = read<{ packages: Readonly<Record<string, unknown>> }>("package-lock.json");
    const theirs =
      /node_modules\/(node-llama-cpp|@node-llama-cpp\/.*|@huggingface\/.*|onnxruntime-.*)$/;
    expect(Object.keys(packages).filter((path) => theirs.test(path))).toEqual([]);
  });

  it("run no script that could download when they are installed", () => {
    const { allowScripts = {} } = read<Manifest>("package.json");
    for (const name of ["node-llama-cpp", "onnxruntime-node", "protobufjs"]) {
      expect(allowScripts[name]).toBe(false);
    }
    expect(Object.values(allowScripts)).not.toContain(true);
  });

  it("are installed without scripts by the commands that we name", () => {
    const named = () => libraryFile("node-llama-cpp-absent", import.meta.dirname);
    expect(named).toThrow("`npm install --ignore-scripts node-llama-cpp-absent`");
    const docs = readFileSync(join(root, "docs/models.md"), "utf8");
    const library = Object.keys(peerDependencies).join("|");
    const commands = docs.match(new RegExp(`npm install .*(?:${library})`, "g")) ?? [];
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) expect(command).toContain("--ignore-scripts");
  });
});
