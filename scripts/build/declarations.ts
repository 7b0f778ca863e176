import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkspacePackage } from "../workspace.ts";

const PROJECT = {
  extends: "./tsconfig.json",
  include: ["src"],
  exclude: ["src/**/*.test.ts", "src/**/*.test.tsx"],
};

/**
 * Gives `emit` the TypeScript project to emit a package's declarations with: its own, without
 * tests. A test may import files outside the package, and declarations would be written beside
 * those. The file lies in the package, because output is laid out from where it is.
 */
export async function withDeclarationProject<Result>(
  { folder }: Pick<WorkspacePackage, "folder">,
  emit: (tsconfig: string) => Promise<Result>,
): Promise<Result> {
  const file = join(folder, `.declarations-${process.pid}.json`);
  await writeFile(file, JSON.stringify(PROJECT));
  try {
    return await emit(file);
  } finally {
    await rm(file, { force: true });
  }
}
