// @ts-check
import { parseArgs } from "node:util";
import { TEMPLATES, UserError } from "./project.mjs";

const MANAGERS = ["npm", "pnpm", "yarn", "bun"];

/**
 * @typedef {object} Options
 * @property {string} folder
 * @property {string | undefined} name of the package; the folder's when undefined.
 * @property {string} template
 * @property {string} manager
 * @property {boolean} git
 * @property {boolean} help
 * @property {boolean} version
 */

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv
 * @param {string | undefined} agent what the package manager that runs this says of itself.
 * @returns {Options}
 * @throws {UserError} for what it does not know.
 */
export function parseOptions(argv, agent = process.env.npm_config_user_agent) {
  const { values, positionals } = read(argv);
  if (positionals.length > 1) {
    throw new UserError(
      `one folder at a time, not ${positionals.length}: ${positionals.join(", ")}`,
    );
  }
  const template = values.template ?? "starter";
  if (!Object.hasOwn(TEMPLATES, template)) {
    const known = Object.keys(TEMPLATES).join(", ");
    throw new UserError(`there is no template "${template}"; there are: ${known}`);
  }
  const running = agent?.split("/")[0] ?? "npm";
  const manager = values.pm ?? (MANAGERS.includes(running) ? running : "npm");
  if (!MANAGERS.includes(manager)) {
    throw new UserError(`"${manager}" is not a package manager; use ${MANAGERS.join(", ")}`);
  }
  return {
    folder: positionals[0] ?? "freehold-app",
    name: values.name,
    template,
    manager,
    git: !values["no-git"],
    help: values.help ?? false,
    version: values.version ?? false,
  };
}

/** @param {readonly string[]} argv */
function read(argv) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        name: { type: "string" },
        template: { type: "string", short: "t" },
        pm: { type: "string" },
        "no-git": { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(
      `${error.message}\nRun \`npm create freehold -- --help\` for what there is.`,
    );
  }
}
