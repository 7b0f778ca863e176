import { systemClock } from "@freehold/host";
import type { ViteDevServer } from "vite";
import { findProject } from "../project.ts";
import { afterReload, type Growth, isOutgrown, MOST_GROWTH_BYTES } from "../runtime/growth.ts";
import { keepMemorySmall } from "../runtime/quiet.ts";
import { colors } from "./colors.ts";
import { portOf } from "./flags.ts";
import { reportFailure } from "./report.ts";
import type { ProjectFlags } from "./start.ts";
import { canStartAnew, startAnew } from "./start-anew.ts";
import { loadVite, viteConfig } from "./vite.ts";

const MIB = 1024 * 1024;
const DEFAULT_PORT = 5173;
const DEFAULT_HOST = "127.0.0.1";

interface DevFlags extends ProjectFlags {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
}

/** `freehold dev`: the page and the agents in one Vite server. */
export async function devCommand(flags: DevFlags): Promise<void> {
  const project = findProject(process.cwd(), flags.config);
  const asked = flags.port === undefined ? undefined : portOf(flags.port);
  const { createServer } = await loadVite();
  const options = {
    config: project.wranglerFile,
    environment: flags.env,
    dataDirectory: flags.data,
  };
  const watch = watchGrowth(() => restart(server));
  const config = await viteConfig(project, "serve", options, watch);
  const server = await createServer({
    ...config,
    server: {
      ...config.server,
      port: asked ?? config.server?.port ?? DEFAULT_PORT,
      host: flags.host ?? config.server?.host ?? DEFAULT_HOST,
    },
  });
  // On SIGTERM Vite ends the process with an error code unless one is set; ending in order is none.
  process.exitCode = 0;
  await server.listen();
  const url = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
  console.log(`${colors.green("ready")} ${url?.replace(/\/$/, "")}`);
  keepMemorySmall(systemClock);
  stopOnSignal(() => server.close());
}

/** What to call after each reload: past the limit it restarts the process, once. */
function watchGrowth(restart: () => Promise<void>): () => void {
  const most = Number(process.env.FREEHOLD_RELOAD_GROWTH_MIB ?? MOST_GROWTH_BYTES / MIB) * MIB;
  let growth: Growth | undefined;
  let isOver = false;
  return () => {
    const resident = process.memoryUsage.rss();
    growth = afterReload(growth, resident);
    if (isOver || !isOutgrown(growth, resident, most)) return;
    isOver = true;
    const grown = Math.round((resident - growth.base) / MIB);
    const told = `${growth.reloads} reloads have left ${grown} MiB behind`;
    if (canStartAnew) {
      console.log(`${colors.yellow("restart")} ${told}`);
      restart().catch(reportFailure);
    } else {
      console.log(`${colors.yellow("warning")} ${told}; start the server again to free them`);
    }
  };
}

async function restart(server: ViteDevServer): Promise<void> {
  const address = server.httpServer?.address();
  await server.close();
  startAnew(typeof address === "object" && address !== null ? address.port : 0);
}

function stopOnSignal(close: () => Promise<void>): void {
  let closing = false;
  const stop = () => {
    if (closing) process.exit(1);
    closing = true;
    void close().finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
