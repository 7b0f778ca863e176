// @ts-check
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { initGit } from "./git.mjs";
import { parseOptions } from "./options.mjs";
import { createProject, TEMPLATES, UserError } from "./project.mjs";

const HELP = `npm create freehold [folder] -- [options]

Makes a new Freehold app in the folder ("." for this one; default: freehold-app).

  --name <name>           name of the package; default: that of the folder
  --template <template>   ${Object.entries(TEMPLATES)
    .map(([name, { about }]) => `${name}: ${about}`)
    .join("\n                          ")}
  --pm <manager>          npm, pnpm, yarn or bun; default: the one that runs this
  --no-git                do not begin a git repository
  --help, --version
`;

const MINIMUM_NODE = /** @type {const} */ ([24, 15]);

/**
 * The command.
 *
 * @param {readonly string[]} argv without the program's own name.
 * @returns {number} the exit code.
 */
export function run(argv) {
  try {
    const options = parseOptions(argv);
    if (options.help) console.log(HELP);
    else if (options.version) console.log(version());
    else create(options);
    return 0;
  } catch (error) {
    if (!isForPeople(error)) throw error;
    console.error(`create-freehold: ${error.message}`);
    return 1;
  }
}

/**
 * What the system refuses (a folder that may not be written to, a full disk) needs no stack either.
 *
 * @param {unknown} error
 * @returns {error is Error}
 */
function isForPeople(error) {
  return error instanceof UserError || (error instanceof Error && "syscall" in error);
}

/** @param {import("./options.mjs").Options} options */
function create(options) {
  const folder = resolve(options.folder);
  const { name } = createProject({ folder, name: options.name, template: options.template });
  const hasGit = options.git && initGit(folder);
  const shown = relative(process.cwd(), folder);
  const { manager } = options;
  const lines = [
    `Made ${name} in ${folder}${hasGit ? ", with a git repository" : ""}.`,
    "",
    "Next:",
    ...(shown === "" ? [] : [`  cd ${/\s/.test(shown) ? JSON.stringify(shown) : shown}`]),
    `  ${manager} install`,
    `  ${manager} run dev`,
    "",
    "README.md says what each file is, and how to change the model, add a tool and deploy.",
  ];
  console.log(lines.join("\n"));
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = MINIMUM_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(
    `\nThis is Node ${process.versions.node}; the app needs ${MINIMUM_NODE.join(".")} or newer (https://nodejs.org).`,
  );
}

function version() {
  const manifest = new URL("../package.json", import.meta.url);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
