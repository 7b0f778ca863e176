import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Environment, Plugin, ViteDevServer } from "vite";
import { reportWarnings } from "../commands/report.ts";
import { DevelopmentAssets } from "./assets.ts";
import { DevelopmentHost } from "./development-host.ts";
import { type ViteProject, WORKER_ENVIRONMENT } from "./project.ts";
import { leavesRestToFiles, type RequestFacts, runsWorkerFirst, servesPage } from "./routes.ts";

/** Vite's own sockets, for hot updates of the page. */
const VITE_PROTOCOLS = new Set(["vite-hmr", "vite-ping"]);

/** Puts the host into Vite's development server. */
export function developmentHost(project: ViteProject): Plugin {
  // A restart of the server configures the new one with this same plugin before the old one closes,
  // so each host is kept with the environment that it loads its code from.
  const hosts = new WeakMap<Environment, DevelopmentHost>();
  return {
    name: "freehold:development",
    apply: "serve",
    async configureServer(server) {
      reportWarnings(project.warnings);
      const assets = new DevelopmentAssets(server);
      const host = new DevelopmentHost(project, server, assets);
      const environment = server.environments[WORKER_ENVIRONMENT];
      if (environment) hosts.set(environment, host);
      await host.start();
      watchConfiguration(project, server);
      server.httpServer?.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        const protocol = request.headers["sec-websocket-protocol"];
        if (protocol !== undefined && VITE_PROTOCOLS.has(protocol)) return;
        host.upgrade(request, socket, head);
      });
      server.middlewares.use((request, response, next) => {
        const isWorkers = runsWorkerFirst(project.config.assets, facts(request));
        if (isWorkers && !assets.asks(request)) host.serve(request, response, next);
        else next();
      });
      // After Vite's own files, before its page.
      return () => {
        server.middlewares.use((request, response, next) => {
          const page = { exists: project.hasPage, rewritten: request.url ?? "/" };
          const isAsset = assets.asks(request);
          const asked = isAsset ? { ...facts(request), fetchMode: "navigate" } : facts(request);
          if (servesPage(project.config.assets, page, asked)) {
            next();
            return;
          }
          restoreUrl(request);
          if (isAsset) response.writeHead(404).end();
          else if (isFiles(project, request)) refuse(request, response);
          else host.serve(request, response, next);
        });
      };
    },
    hotUpdate(update) {
      if (this.environment.name !== WORKER_ENVIRONMENT) return;
      const host = hosts.get(this.environment);
      if (update.modules.length > 0 || host?.hasFailed) host?.codeChanged();
      return [];
    },
    async closeBundle() {
      await hosts.get(this.environment)?.close();
    },
  };
}

/** The host's own routes come before all files. */
function isFiles({ config }: ViteProject, request: IncomingMessage): boolean {
  const { assets } = config;
  if (!leavesRestToFiles(assets) || originalUrl(request).startsWith("/cdn-cgi/")) return false;
  return !runsWorkerFirst(assets, facts(request));
}

/** As in production: nothing but files answers here, and there is none. */
function refuse({ method }: IncomingMessage, response: ServerResponse): void {
  const isRead = method === "GET" || method === "HEAD";
  response.writeHead(isRead ? 404 : 405, isRead ? {} : { allow: "GET, HEAD" }).end();
}

function facts(request: IncomingMessage): RequestFacts {
  return {
    method: request.method ?? "GET",
    url: originalUrl(request),
    fetchMode: header(request, "sec-fetch-mode"),
    accept: header(request, "accept"),
  };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function originalUrl(request: IncomingMessage & { originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? "/";
}

/** Vite rewrites the path to its page's file; the Worker sees what the client sent. */
function restoreUrl(request: IncomingMessage): void {
  request.url = originalUrl(request);
}

/** A change of configuration or secrets starts the server anew. */
function watchConfiguration(project: ViteProject, server: ViteDevServer): void {
  const isConfiguration = (path: string) =>
    path === project.wranglerFile ||
    /[/\\]freehold\.config\.m?[jt]s$/.test(path) ||
    /[/\\]\.(dev\.vars|env)(\.[\w.-]+)?$/.test(path);
  server.watcher.add([project.wranglerFile, `${project.root}/.dev.vars`]);
  const restart = (path: string) => {
    if (isConfiguration(path)) void server.restart();
  };
  for (const event of ["add", "change", "unlink"] as const) server.watcher.on(event, restart);
}
