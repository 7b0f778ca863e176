import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  FreeholdError,
  type Host,
  loadModule,
  readWranglerConfig,
  type WranglerConfig,
} from "@freehold/host";
import { isPort } from "../config.ts";
import { findProject } from "../project.ts";
import { watchWorker } from "../runtime/bundle.ts";
import { composeHost } from "../runtime/compose.ts";
import { reportFailure, reportWarnings } from "./report.ts";
import { type ProjectFlags, stopOnSignal } from "./start.ts";

/** Flags of `wrangler dev` that mean something here. Others are accepted. */
interface WranglerFlags extends ProjectFlags {
  readonly port: number | string;
  readonly ip: string;
  readonly persistTo?: string;
  readonly var?: string | readonly string[];
}

/** What stands first on `PATH` for tools that start `wrangler` themselves. */
const SHIMS = fileURLToPath(new URL("../../bin/path", import.meta.url));

/** `wrangler dev`, for tools that start it, and `path`, the folder that makes them find us. */
export async function wranglerCommand(
  command: string,
  script: string | undefined,
  flags: WranglerFlags,
): Promise<void> {
  if (command === "path") {
    console.log(SHIMS);
    return;
  }
  if (command !== "dev") {
    throw new FreeholdError(
      "WRANGLER_COMMAND_UNSUPPORTED",
      `There is no \`wrangler ${command}\`.`,
      {
        help: "Only `wrangler dev` is stood in for; call the original for everything else.",
      },
    );
  }
  await dev(script, flags);
}

async function dev(script: string | undefined, flags: WranglerFlags): Promise<void> {
  const port = Number(flags.port);
  if (!isPort(port)) {
    throw new FreeholdError("PORT_INVALID", `${flags.port} is not a port.`, {
      help: "Use a number from 0 to 65535; with 0 the system picks a free port.",
    });
  }
  const project = findProject(process.cwd(), flags.config);
  const { config, warnings } = await readWranglerConfig(
    project.wranglerFile,
    flags.env === undefined ? {} : { environment: flags.env },
  );
  reportWarnings(warnings);
  const main = script === undefined ? config.main : resolve(script);
  if (main === undefined) {
    throw new FreeholdError("MAIN_MISSING", `${project.wranglerFile} names no \`main\`.`, {
      help: 'Add `"main": "src/server.ts"`, the path of your Worker.',
    });
  }
  const dataDirectory =
    flags.persistTo === undefined
      ? resolve(project.root, ".freehold")
      : resolve(flags.persistTo, "freehold");
  const host = await startWatching(main, resolve(dataDirectory, "build/worker.js"), (file) =>
    composeHost({
      root: project.root,
      config: withVariables({ ...config, main }, flags.var),
      worker: loadModule(file),
      development: true,
      dataDirectory,
    }),
  );
  stopOnSignal(host);
  const listening = await host.listen({ port, hostname: flags.ip });
  const name = flags.ip === "127.0.0.1" ? "localhost" : flags.ip;
  // Tools wait for this line.
  console.log(`[wrangler:info] Ready on http://${name}:${listening.port}`);
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

/** `--var NAME:value`, once or several times. */
function withVariables(config: WranglerConfig, given: WranglerFlags["var"]): WranglerConfig {
  const pairs = [given ?? []].flat().map((pair): [string, string] => {
    const colon = pair.indexOf(":");
    if (colon > 0) return [pair.slice(0, colon), pair.slice(colon + 1)];
    throw new FreeholdError("VARIABLE_INVALID", `${pair} is no variable.`, {
      help: "Write --var NAME:value.",
    });
  });
  return { ...config, vars: { ...config.vars, FREEHOLD_DEV: "1", ...Object.fromEntries(pairs) } };
}
