import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import {
  createLogger,
  FreeholdError,
  readWranglerConfig,
  systemClock,
  systemRandom,
} from "@freehold/host";
import { readFreeholdConfig } from "../config.ts";
import { findProject } from "../project.ts";
import { secretsOf } from "../runtime/platform.ts";
import { colors } from "./colors.ts";
import { portOf } from "./flags.ts";
import type { ProjectFlags } from "./start.ts";

interface GatewayFlags extends ProjectFlags {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
}

const DEFAULT_PORT = 8788;

/** `freehold gateway`: the AI gateway alone, without a Worker. */
export async function gatewayCommand(flags: GatewayFlags): Promise<void> {
  const { root, secretOf } = await projectOf(flags);
  const own = await readFreeholdConfig(root);
  const port = portOf(flags.port ?? own.gateway?.port ?? DEFAULT_PORT);
  const { openAi } = await import("@freehold/ai");
  const log = createLogger({ now: () => systemClock.now() });
  const dataDirectory = resolve(root, flags.data ?? own.dataDirectory ?? ".freehold");
  const { models, gateways: open } = openAi(
    { clock: systemClock, random: systemRandom, log, dataDirectory },
    {
      ...(own.models && { models: own.models }),
      gateway: {
        ...own.gateway,
        port,
        ...(flags.host !== undefined && { hostname: flags.host }),
      },
      secretOf,
    },
  );
  const gateways = open();
  const server = await gateways.listen().catch((error: unknown) => {
    throw notListening(error, port);
  });
  server.ref();
  const url = await gateways.url("default", "compat");
  console.log(`The gateway listens. Point an OpenAI client at ${colors.green(url)}`);
  const close = () => void gateways.close().then(() => models.close());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, close);
}

function notListening(error: unknown, port: number): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== "listen") return error;
  return new FreeholdError("LISTEN_FAILED", `Cannot listen on port ${port}: ${code}.`, {
    help: "Choose another port with --port, or end the program that has this one.",
    cause: error,
  });
}

/** A gateway needs no project: it then has what the environment and `freehold.config.ts` say. */
async function projectOf({ config: file, env }: GatewayFlags) {
  try {
    const { root, wranglerFile } = findProject(process.cwd(), file);
    const options = env === undefined ? {} : { environment: env };
    const { config } = await readWranglerConfig(wranglerFile, options);
    return { root, secretOf: secretsOf(config) };
  } catch (error) {
    const isMissing = error instanceof FreeholdError && error.code === "PROJECT_NOT_FOUND";
    if (!isMissing || file !== undefined) throw error;
    const root = process.cwd();
    return { root, secretOf: secretsOf({ secrets: await secretsIn(root, env) }) };
  }
}

/** The file that a project would have them in, which a folder may have without being one. */
async function secretsIn(root: string, env: string | undefined): Promise<Record<string, string>> {
  const names = env === undefined ? [".dev.vars"] : [`.dev.vars.${env}`, ".dev.vars"];
  for (const name of names) {
    try {
      const values = parseEnv(await readFile(join(root, name), "utf8"));
      return Object.fromEntries(
        Object.entries(values).flatMap(([key, value]) =>
          value === undefined ? [] : [[key, value]],
        ),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return {};
}
