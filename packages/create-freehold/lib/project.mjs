// @ts-check
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A problem that the person at the terminal can solve: printed without a stack. */
export class UserError extends Error {}

/** @type {Readonly<Record<string, { folder: string, about: string }>>} */
export const TEMPLATES = {
  starter: { folder: "template", about: "a chat with tools, reminders and shared links (default)" },
  minimal: { folder: "template-minimal", about: "one agent and its Worker, no page" },
};

/** What may stand in a folder that still counts as empty. */
const HARMLESS = new Set([".git", ".DS_Store"]);
/** What belongs to whoever works on the template, not to the app. */
const LEFT_OUT =
  /[/\\](?:node_modules|dist|coverage|\.freehold|\.wrangler|\.dev\.vars|package-lock\.json|[^/\\]*\.log)$/;

/** Part of the name of a folder, and of a host's on Cloudflare. */
const MOST_WORKER_NAME = 63;

/**
 * Makes an app.
 *
 * @param {{ folder: string, name?: string | undefined, template: string }} wish `folder` is absolute.
 * @returns {{ name: string }} the name of the package.
 * @throws {UserError} when the folder holds something, or its name is no name for a package.
 */
export function createProject({ folder, name, template }) {
  const packageName = name === undefined ? toPackageName(basename(folder)) : name;
  if (!/^(?:@[a-z0-9-][a-z0-9._-]*\/)?[a-z0-9-][a-z0-9._-]*$/.test(packageName)) {
    throw new UserError(
      `"${packageName || basename(folder)}" cannot be the name of a package. Choose another with --name: small letters, digits, - and _.`,
    );
  }
  assertEmpty(folder);
  const source = fileURLToPath(new URL(`../${TEMPLATES[template]?.folder}`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  cpSync(source, folder, { recursive: true, filter: (path) => !LEFT_OUT.test(path) });
  // npm takes files of this name out of packages, so it travels under another.
  const ignored = fileURLToPath(new URL("gitignore", import.meta.url));
  writeFileSync(join(folder, ".gitignore"), readFileSync(ignored));
  replaceIn(join(folder, "package.json"), /"name": "[^"]*"/, `"name": "${packageName}"`);
  const workerName = packageName
    .replace(/^@[^/]*\//, "")
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, MOST_WORKER_NAME);
  replaceIn(join(folder, "wrangler.jsonc"), /"name": "[^"]*"/, `"name": "${workerName}"`);
  return { name: packageName };
}

/** @param {string} folder */
function assertEmpty(folder) {
  if (!existsSync(folder)) return;
  let found;
  try {
    found = readdirSync(folder).filter((entry) => !HARMLESS.has(entry));
  } catch {
    throw new UserError(`${folder} is a file, not a folder. Choose another name.`);
  }
  if (found.length === 0) return;
  const more = found.length > 3 ? ` and ${found.length - 3} more` : "";
  throw new UserError(
    `${folder} is not empty: it has ${found.slice(0, 3).join(", ")}${more}. Nothing was changed. Choose another folder, or empty this one first.`,
  );
}

/** @param {string} folder */
function toPackageName(folder) {
  return folder
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|[-]+$/g, "");
}

/**
 * @param {string} file
 * @param {RegExp} from
 * @param {string} to
 */
function replaceIn(file, from, to) {
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
}
