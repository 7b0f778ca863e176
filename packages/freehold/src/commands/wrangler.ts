import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type AssetsConfig,
  createLogger,
  FreeholdError,
  type Host,
  type Logger,
  loadModule,
  readWranglerConfig,
  systemClock,
  type WorkerLoader,
  type WranglerConfig,
} from "@freehold/host";
import { entryOf, findProject, type Project } from "../project.ts";
import { watchWorker } from "../runtime/bundle.ts";
import { composeHost } from "../runtime/compose.ts";
import { version } from "../version.ts";
import { portOf } from "./flags.ts";
import { reportFailure, reportWarnings } from "./report.ts";
import { stopOnSignal } from "./start.ts";
import { parseWranglerArguments, type WranglerFlags } from "./wrangler-flags.ts";

/** What stands first on `PATH` for tools that start `wrangler` themselves. */
const SHIMS = fileURLToPath(new URL("../../bin/path", import.meta.url));

/** As the original's. */
const DEFAULT_PORT = 8787;

const HELP = `Stands in for wrangler:

  wrangler dev [script]   starts the Worker of a wrangler.jsonc
  wrangler path           prints the folder that tools find this command in

  --config, --env, --env-file, --cwd, --ip, --port, --persist-to, --var, --name, --assets,
  --compatibility-date, --compatibility-flags and --log-level mean what they mean there.`;

/**
 * `wrangler dev`, for tools that start it, and `path`, the folder that makes them find us.
 *
 * @param args what stands behind `wrangler` on the command line.
 */
export async function wranglerCommand(args: readonly string[]): Promise<void> {
  const { command, rest, flags, warnings } = parseWranglerArguments(args, process.cwd());
  if (flags.isOn("version")) {
    console.log(`freehold ${version}`);
  } else if (command === undefined || flags.isOn("help")) {
    console.log(HELP);
  } else if (command === "path") {
    console.log(SHIMS);
  } else if (command === "dev") {
    reportWarnings(warnings);
    await dev(rest[0], flags);
  } else {
    throw new FreeholdError(
      "WRANGLER_COMMAND_UNSUPPORTED",
      `There is no \`wrangler ${command}\`.`,
      { help: "Only `wrangler dev` is stood in for; call the original for everything else." },
    );
  }
}

async function dev(script: string | undefined, flags: WranglerFlags): Promise<void> {
  const cwd = resolve(flags.text("cwd") ?? ".");
  const [configFile, ...others] = flags.texts("config");
  const project = findProject(cwd, configFile);
  if (others.length > 0) reportWarnings([`Only the Worker of ${configFile} is started.`]);
  const read = await readWranglerConfig(project.wranglerFile, sourcesOf(flags, cwd));
  reportWarnings(read.warnings);
  const config = withFlags(read.config, flags, cwd);
  const port = flags.text("port");
  const asked = port === undefined ? config.dev?.port : portOf(port);
  const main = script === undefined ? config.main : resolve(cwd, script);
  const persistTo = flags.text("persist-to");
  const dataDirectory =
    persistTo === undefined
      ? resolve(project.root, ".freehold")
      : resolve(cwd, persistTo, "freehold");
  const start = (worker: WorkerLoader) =>
    composeHost({
      root: project.root,
      config: { ...config, main },
      worker,
      development: true,
      dataDirectory,
      log: loggerOf(flags.text("log-level")),
    });
  const host =
    main === undefined
      ? await startWithoutWorker(project, config, start)
      : await startWatching(
          entryOf(main, project.wranglerFile),
          resolve(dataDirectory, "build/worker.mjs"),
          (file) => start(loadModule(file)),
        );
  stopOnSignal(host);
  const ip = flags.text("ip") ?? config.dev?.ip ?? "localhost";
  const { port: taken } = await listen(host, hostnameOf(ip), asked);
  // Tools wait for one of these.
  console.log(`[wrangler:info] Ready on http://${ip.includes(":") ? `[${ip}]` : ip}:${taken}`);
  process.send?.(JSON.stringify({ event: "DEV_SERVER_READY", ip, port: taken }));
}

/** An environment that is named "" is none, whatever the process says. */
function sourcesOf(flags: WranglerFlags, cwd: string) {
  const environment = flags.text("env");
  const files = flags.texts("env-file").map((file) => resolve(cwd, file));
  return {
    ...(environment !== undefined && { environment }),
    ...(files.length > 0 && { envFiles: files }),
  };
}

/** Only what nobody asked for may be another port. */
async function listen(
  host: Pick<Host, "listen">,
  hostname: string,
  asked: number | undefined,
): Promise<{ readonly port: number }> {
  if (asked !== undefined) return host.listen({ port: asked, hostname });
  try {
    return await host.listen({ port: DEFAULT_PORT, hostname });
  } catch (error) {
    if (!(error instanceof FreeholdError && error.code === "LISTEN_FAILED")) throw error;
    return host.listen({ port: 0, hostname });
  }
}

function hostnameOf(ip: string): string {
  if (ip === "localhost") return "127.0.0.1";
  return ip === "*" ? "::" : ip;
}

function loggerOf(level: string | undefined): Logger {
  const known = {
    debug: "debug",
    info: "info",
    log: "info",
    warn: "warn",
    error: "error",
  } as const;
  const found = Object.entries(known).find(([name]) => name === level)?.[1];
  return createLogger({
    now: () => systemClock.now(),
    ...(found !== undefined && { level: found }),
    ...(level === "none" && { write: () => undefined }),
  });
}

/** A project may have files and nothing else. */
function startWithoutWorker(
  project: Project,
  config: WranglerConfig,
  start: (worker: WorkerLoader) => Promise<Host>,
): Promise<Host> {
  if (config.assets?.directory !== undefined) return start(async () => ({}));
  throw new FreeholdError("MAIN_MISSING", `${project.wranglerFile} names no \`main\`.`, {
    help: 'Add `"main": "src/server.ts"`, the path of your Worker.',
  });
}

/** Starts the host with the first bundle, and gives it each later one. */
async function startWatching(
  entry: string,
  file: string,
  start: (file: string) => Promise<Host>,
): Promise<Pick<Host, "listen" | "close">> {
  const first = Promise.withResolvers<Host>();
  let changes: Promise<unknown> = first.promise;
  let isFirst = true;
  const stop = await watchWorker(entry, file, (error) => {
    if (isFirst) {
      isFirst = false;
      if (error) first.reject(error);
      else start(file).then(first.resolve, first.reject);
      return;
    }
    if (error) reportFailure(error);
    else changes = changes.then(async () => (await first.promise).reload()).catch(reportFailure);
  });
  try {
    const host = await first.promise;
    return {
      listen: (options) => host.listen(options),
      close: async () => {
        await stop();
        await host.close();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the command line says comes before what the configuration says. */
function withFlags(config: WranglerConfig, flags: WranglerFlags, cwd: string): WranglerConfig {
  const given = Object.fromEntries(flags.texts("var").map(variableOf));
  const secrets = Object.entries(config.secrets ?? {}).filter(
    ([name]) => !Object.hasOwn(given, name),
  );
  const name = flags.text("name");
  const compatibilityDate = flags.text("compatibility-date");
  const compatibilityFlags = flags.texts("compatibility-flags");
  const directory = flags.text("assets");
  return {
    ...config,
    ...(name && { name }),
    ...(compatibilityDate && { compatibilityDate }),
    ...(compatibilityFlags.length > 0 && { compatibilityFlags }),
    ...(directory && { assets: assetsFrom(resolve(cwd, directory), config.assets) }),
    secrets: Object.fromEntries(secrets),
    vars: { ...config.vars, FREEHOLD_DEV: "1", ...given },
  };
}

function assetsFrom(directory: string, assets: AssetsConfig | undefined): AssetsConfig {
  const plain = { binding: undefined, notFoundHandling: "none", runWorkerFirst: false } as const;
  return { ...plain, ...assets, directory };
}

/** `--var NAME:value`. */
function variableOf(pair: string): [string, string] {
  const colon = pair.indexOf(":");
  if (colon > 0) return [pair.slice(0, colon), pair.slice(colon + 1)];
  throw new FreeholdError("VARIABLE_INVALID", `${pair} is no variable.`, {
    help: "Write --var NAME:value.",
  });
}
