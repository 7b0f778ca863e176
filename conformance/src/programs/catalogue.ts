import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Program } from "../../worker/form.ts";

/** One program file: where it is, what it says of itself, and the classes it exports. */
export interface CataloguedProgram {
  /** `area/name`. */
  readonly path: string;
  readonly area: string;
  /** An identifier made of the path; prefixes the program's bindings and exports. */
  readonly id: string;
  readonly file: string;
  /** SHA-256 of the source, in hexadecimal: what a recorded trace belongs to. */
  readonly hash: string;
  readonly program: Program;
  readonly objects: readonly string[];
  readonly entrypoints: readonly string[];
  readonly workflows: readonly string[];
}

const root = join(import.meta.dirname, "../../programs");

/**
 * Loads every program that `only` selects (areas or `area/name`; all when empty). The files are
 * loaded in Node with a stand-in for `cloudflare:workers`, to read what they declare and to run
 * their client parts; the rest of them runs on the hosts.
 */
export async function loadCatalogue(only: readonly string[] = []): Promise<CataloguedProgram[]> {
  const paths = globSync("*/*.ts", { cwd: root })
    .map((file) => file.replaceAll("\\", "/").slice(0, -3))
    .filter((path) => isSelected(path, only))
    .sort();
  const modules = await importPrograms(paths);
  return Promise.all(paths.map(async (path, index) => describeProgram(path, modules[index]!)));
}

/** Whether a program is among the selected areas and paths. */
function isSelected(path: string, only: readonly string[]): boolean {
  return only.length === 0 || only.includes(path) || only.includes(path.split("/")[0]!);
}

type ProgramModule = Readonly<Record<string, unknown>>;

async function describeProgram(path: string, module: ProgramModule): Promise<CataloguedProgram> {
  const file = join(root, `${path}.ts`);
  const source = await readFile(file);
  const program = module.default as Program | undefined;
  if (program?.kind === undefined) throw new Error(`${file} has no program as its default export`);
  const classes = Object.entries(module).filter(
    ([name, value]) => name !== "default" && typeof value === "function",
  );
  const isEntrypoint = (value: unknown) => (value as { entrypoint?: boolean }).entrypoint === true;
  const isWorkflow = (value: unknown) => (value as { workflow?: boolean }).workflow === true;
  const isObject = (value: unknown) => !isEntrypoint(value) && !isWorkflow(value);
  return {
    path,
    area: path.split("/")[0]!,
    id: path.replaceAll(/\W/g, "_"),
    file,
    hash: createHash("sha256").update(source).digest("hex"),
    program,
    objects: classes.filter(([, value]) => isObject(value)).map(([name]) => name),
    entrypoints: classes.filter(([, value]) => isEntrypoint(value)).map(([name]) => name),
    workflows: classes.filter(([, value]) => isWorkflow(value)).map(([name]) => name),
  };
}

const STAND_IN = `
export class DurableObject {}
export class WorkerEntrypoint { static entrypoint = true; }
export class WorkflowEntrypoint { static workflow = true; }
export class RpcTarget {}
export class RpcStub {}
export const env = {};
export const exports = {};
export const withEnv = (_env, act) => act();
export const waitUntil = () => {};
export class EmailMessage {}
export class NonRetryableError {}
`;

async function importPrograms(paths: readonly string[]): Promise<ProgramModule[]> {
  const lines = paths.map((path, index) => `import * as p${index} from "./${path}.ts";`);
  const names = paths.map((_, index) => `p${index}`).join(", ");
  const { outputFiles } = await build({
    stdin: { contents: `${lines.join("\n")}\nexport default [${names}];`, resolveDir: root },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "silent",
    plugins: [
      {
        name: "stand-in",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^cloudflare:/ }, ({ path }) => ({ path, namespace: "stand-in" }));
          onLoad({ filter: /./, namespace: "stand-in" }, () => ({ contents: STAND_IN }));
        },
      },
    ],
  });
  const directory = await mkdtemp(join(tmpdir(), "conformance-"));
  try {
    const file = join(directory, "programs.mjs");
    await writeFile(file, outputFiles[0]!.contents);
    const loaded = (await import(pathToFileURL(file).href)) as { default: ProgramModule[] };
    return loaded.default;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
