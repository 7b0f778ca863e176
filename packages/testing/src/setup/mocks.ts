import { readFile } from "node:fs/promises";

const MOCK = /\bvi(?:test)?\s*\.\s*(?:mock|doMock)\s*[(<]/;

/**
 * Whether one of some files, such as a test file and its setup files, puts modules in the place of others.
 *
 * @param files absolute paths
 */
export async function mocksModules(files: readonly string[]): Promise<boolean> {
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  return texts.some((text) => MOCK.test(text));
}
