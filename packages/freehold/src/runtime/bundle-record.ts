import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { version } from "../version.ts";

/** What a bundle was made of. Stands beside it. */
interface Record {
  readonly files: readonly string[];
  /** Of everything that the bundle depends on, and of the bundle. */
  readonly hash: string;
}

/** Files that decide what an import means, in the folder of a source and above. */
const DECIDING = [
  "package.json",
  "tsconfig.json",
  "package-lock.json",
  "pnpm-lock.yaml",
  "yarn.lock",
] as const;
const NOTHING = Buffer.alloc(0);
const CODE = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Whether a bundle is what bundling would make of its sources now. Judged by the content of every
 * source, by which code stands beside them, and by what else decides how imports resolve: times of
 * files say little, since package managers set them all alike.
 *
 * @param options what the bundler is told, as text
 */
export function isCurrent(outputFile: string, options: string): boolean {
  const record = readRecord(outputFile);
  return record !== undefined && record.hash === hashOf(outputFile, options, record.files);
}

/** Notes what a bundle that was just written was made of. */
export function recordBundle(outputFile: string, options: string, files: readonly string[]): void {
  const record: Record = { files, hash: hashOf(outputFile, options, files) };
  writeFileSync(recordFile(outputFile), JSON.stringify(record));
}

function recordFile(outputFile: string): string {
  return `${outputFile}.sources.json`;
}

function readRecord(outputFile: string): Record | undefined {
  const text = contentOf(recordFile(outputFile)).toString();
  try {
    const record = JSON.parse(text) as Partial<Record>;
    const isWhole = Array.isArray(record.files) && typeof record.hash === "string";
    return isWhole ? (record as Record) : undefined;
  } catch {
    // Half a record is none.
    return undefined;
  }
}

function hashOf(outputFile: string, options: string, files: readonly string[]): string {
  const hash = createHash("sha256").update(`${version}\0${options}\0`);
  const folders = new Set(files.flatMap((file) => [dirname(file), dirname(dirname(file))]));
  const deciding = new Set<string>();
  for (const folder of folders) {
    hash.update(`${folder}\0${codeIn(folder).join("\0")}\0`);
    for (let at = folder; ; at = dirname(at)) {
      for (const name of DECIDING) deciding.add(resolve(at, name));
      if (at === dirname(at)) break;
    }
  }
  for (const file of [...files, ...deciding, outputFile]) {
    const content = contentOf(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function codeIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => CODE.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** What is not there, or cannot be read, is as good as empty: the bundler says what is wrong. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return NOTHING;
  }
}
