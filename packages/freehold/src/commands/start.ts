import { flushCompileCache } from "node:module";
import { dirname, resolve } from "node:path";
import {
  type Host,
  loadModule,
  readWranglerConfig,
  systemClock,
  type WorkerLoader,
  type WranglerConfig,
} from "@freehold/host";
import { readFreeholdConfig } from "../config.ts";
import { entryOf, findProject, type Project } from "../project.ts";
import { builtProject } from "../runtime/built-project.ts";
import { bundleWorker } from "../runtime/bundle.ts";
import { compileOnce } from "../runtime/compile-once.ts";
import { composeHost } from "../runtime/compose.ts";
import { keepMemorySmall } from "../runtime/quiet.ts";
import { printSourcePlaces } from "../runtime/source-places.ts";
import { colors } from "./colors.ts";
import { portOf } from "./flags.ts";
import { reportFailure, reportWarnings } from "./report.ts";

/** What every command that works on a project takes. */
export interface ProjectFlags {
  readonly config?: string;
  readonly env?: string;
}

interface StartFlags extends ProjectFlags {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
}

const DEFAULT_PORT = 8787;
/** By then the first requests have had compiled what they need. */
const CACHE_AFTER_MS = 2000;

/** `freehold start`: the built project, or a Worker without a page straight from its source. */
export async function startCommand(flags: StartFlags): Promise<void> {
  const project = findProject(process.cwd(), flags.config);
  const own = await readFreeholdConfig(project.root);
  const port = portOf(flags.port ?? own.port ?? DEFAULT_PORT);
  const { config, warnings } = await readWranglerConfig(
    project.wranglerFile,
    flags.env === undefined ? {} : { environment: flags.env },
  );
  reportWarnings(warnings);
  const dataDirectory = resolve(project.root, flags.data ?? own.dataDirectory ?? ".freehold");
  const built = await locateCode(project, config, dataDirectory);
  if (built.config.main !== undefined) printSourcePlaces(dirname(built.config.main));
  const host = await composeHost({
    root: project.root,
    development: false,
    dataDirectory,
    ...built,
  });
  keepMemorySmall(systemClock);
  compileOnce();
  stopOnSignal(host);
  const { url } = await host.listen({ port, hostname: flags.host ?? own.hostname ?? "127.0.0.1" });
  console.log(`${colors.green("ready")} ${url}`);
  // For the next start, in case this one ends without being asked to.
  systemClock.setTimer(() => flushCompileCache(), CACHE_AFTER_MS);
}

async function locateCode(
  project: Project,
  config: WranglerConfig,
  dataDirectory: string,
): Promise<{ config: WranglerConfig; worker: WorkerLoader }> {
  if (project.viteFile !== undefined) return builtProject(project.root, config);
  // By its name a module: Node would have to read it through to find that out.
  const file = resolve(dataDirectory, "build/worker.mjs");
  await bundleWorker(entryOf(config.main, project.wranglerFile), file);
  return { config: { ...config, main: file }, worker: loadModule(file) };
}

/** The first signal closes in order, the second one at once. */
export function stopOnSignal(host: Pick<Host, "close">): void {
  let closing = false;
  const stop = () => {
    if (closing) process.exit(1);
    closing = true;
    host.close().then(
      () => process.exit(0),
      (error: unknown) => {
        reportFailure(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
