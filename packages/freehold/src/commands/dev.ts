import { FreeholdError } from "@freehold/host";
import { isPort } from "../config.ts";
import { findProject } from "../project.ts";
import { colors } from "./colors.ts";
import type { ProjectFlags } from "./start.ts";
import { loadVite, viteConfig } from "./vite.ts";

interface DevFlags extends ProjectFlags {
  readonly port: number | string;
  readonly host: string;
  readonly data?: string;
}

/** `freehold dev`: the page and the agents in one Vite server. */
export async function devCommand(flags: DevFlags): Promise<void> {
  const project = findProject(process.cwd(), flags.config);
  const port = Number(flags.port);
  if (!isPort(port)) {
    throw new FreeholdError("PORT_INVALID", `${flags.port} is not a port.`, {
      help: "Use a number from 0 to 65535; with 0 the system picks a free port.",
    });
  }
  const { createServer } = await loadVite();
  const config = await viteConfig(project, "serve", {
    config: project.wranglerFile,
    environment: flags.env,
    dataDirectory: flags.data,
  });
  const server = await createServer({
    ...config,
    server: { ...config.server, port, host: flags.host },
  });
  // On SIGTERM Vite ends the process with an error code unless one is set; ending in order is none.
  process.exitCode = 0;
  await server.listen();
  const url = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0];
  console.log(`${colors.green("ready")} ${url?.replace(/\/$/, "")}`);
  stopOnSignal(() => server.close());
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
