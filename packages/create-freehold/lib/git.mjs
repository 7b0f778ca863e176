// @ts-check
import { spawnSync } from "node:child_process";

/**
 * Begins a git repository, unless the folder is in one already or there is no git.
 *
 * @param {string} folder
 * @returns {boolean} whether it did.
 */
export function initGit(folder) {
  const inside = spawnSync("git", ["rev-parse", "--is-inside-work-tree"], { cwd: folder });
  if (inside.error || inside.status === 0) return false;
  const made = spawnSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: folder });
  return made.status === 0;
}
