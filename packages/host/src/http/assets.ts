import { createReadStream } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { Readable } from "node:stream";
import { lookup } from "mrmime";
import type { AssetsConfig } from "../config/wrangler.ts";
import { FreeholdError } from "../errors.ts";
import { type AssetMatch, decodedPath, matchAsset, workerFirst } from "./asset-paths.ts";
import type { Request } from "./request.ts";
import { Response } from "./response.ts";

/** Where a request goes. */
export type AssetRoute = "worker" | "asset" | "page";

interface AssetFile {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
}

/** Files up to this size are read at once; larger ones are streamed. */
const READ_WHOLE_BYTES = 256 * 1024;

/** Configuration that lies among the files and is not one of them. */
const NOT_SERVED: ReadonlySet<string> = new Set(["/_headers", "/_redirects", "/.assetsignore"]);

/** Navigations to unknown paths get the page of the application from this date on. */
const NAVIGATION_ROUTING_DATE = "2025-04-01";

/**
 * The static files of a project. What may be served is listed once: a request can only name a file
 * of the list, so no path leads out of the folder.
 */
export class Assets {
  readonly #config: AssetsConfig;
  readonly #routesNavigation: boolean;
  readonly #workerFirst: (pathname: string) => boolean;
  readonly #files: ReadonlyMap<string, AssetFile>;

  private constructor(
    config: AssetsConfig,
    compatibilityDate: string,
    files: ReadonlyMap<string, AssetFile>,
  ) {
    this.#config = config;
    this.#files = files;
    this.#workerFirst = workerFirst(config.runWorkerFirst);
    this.#routesNavigation =
      config.notFoundHandling === "single-page-application" &&
      compatibilityDate >= NAVIGATION_ROUTING_DATE;
  }

  /** @throws FreeholdError `ASSETS_UNREADABLE` when the folder cannot be read. */
  static async open(config: AssetsConfig, compatibilityDate: string): Promise<Assets> {
    const files = config.directory === undefined ? NO_FILES : await listFiles(config.directory);
    return new Assets(config, compatibilityDate, files);
  }

  /** Where a request goes. `page` is the application's page, for a navigation to an unknown path. */
  route(request: Request): AssetRoute {
    const { pathname } = new URL(request.url);
    if (this.#workerFirst(pathname)) return "worker";
    if (isRead(request.method) && this.#match(pathname)) return "asset";
    const navigates = request.headers.get("sec-fetch-mode") === "navigate";
    return this.#routesNavigation && navigates ? "page" : "worker";
  }

  /** Answers as `env.ASSETS.fetch` does: a file, a redirect, or what stands for a missing file. */
  async fetch(request: Request): Promise<Response> {
    if (!isRead(request.method)) {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const url = new URL(request.url);
    const match = this.#match(url.pathname);
    if (match?.type === "redirect") {
      const location = `${encodeURI(match.to)}${url.search}`;
      return new Response(null, { status: 307, headers: { location } });
    }
    const file = match && this.#files.get(match.path);
    return file ? this.#serve(file, request, 200) : this.#missing(request, url.pathname);
  }

  #match(pathname: string): AssetMatch | undefined {
    if (this.#files.size === 0) return undefined;
    const path = decodedPath(pathname);
    if (path === undefined) return undefined;
    const has = (name: string) => this.#files.has(name);
    return matchAsset(path, has, this.#config.htmlHandling ?? "auto-trailing-slash");
  }

  #missing(request: Request, pathname: string): Promise<Response> | Response {
    const { notFoundHandling } = this.#config;
    if (notFoundHandling === "single-page-application") {
      const index = this.#files.get("/index.html");
      if (index) return this.#serve(index, request, 200);
    }
    if (notFoundHandling === "404-page") {
      const page = this.#nearest404(pathname);
      if (page) return this.#serve(page, request, 404);
    }
    return new Response("Not Found", { status: 404 });
  }

  #nearest404(pathname: string): AssetFile | undefined {
    const segments = (decodedPath(pathname) ?? "/").split("/").slice(0, -1);
    for (let depth = segments.length; depth > 0; depth -= 1) {
      const file = this.#files.get(`${segments.slice(0, depth).join("/")}/404.html`);
      if (file) return file;
    }
    return undefined;
  }

  async #serve(file: AssetFile, request: Request, status: number): Promise<Response> {
    const headers = new Headers({
      "cache-control": "public, max-age=0, must-revalidate",
      etag: file.etag,
      "content-type": contentType(file.path),
    });
    if (status === 200 && isFresh(request, file.etag)) {
      return new Response(null, { status: 304, headers });
    }
    if (request.method === "HEAD") {
      headers.set("content-length", String(file.size));
      return new Response(null, { status, headers });
    }
    return new Response(await contentOf(file), { status, headers });
  }
}

const NO_FILES: ReadonlyMap<string, AssetFile> = new Map();

async function contentOf(file: AssetFile): Promise<Uint8Array | ReadableStream<Uint8Array>> {
  if (file.size <= READ_WHOLE_BYTES) return readFile(file.path);
  return Readable.toWeb(createReadStream(file.path)) as ReadableStream<Uint8Array>;
}

function contentType(path: string): string {
  const type = lookup(path) ?? "application/octet-stream";
  const textual = type.startsWith("text/") || /(?:javascript|json|xml)$/.test(type);
  return textual && !type.includes("charset") ? `${type}; charset=utf-8` : type;
}

function isFresh(request: Request, etag: string): boolean {
  const known = request.headers.get("if-none-match");
  if (known === null) return false;
  const tags = known.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

async function listFiles(directory: string): Promise<Map<string, AssetFile>> {
  const files = new Map<string, AssetFile>();
  try {
    const root = await realpath(directory);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isDirectory()) continue;
      const listed = join(entry.parentPath, entry.name);
      const name = `/${listed
        .slice(root.length + 1)
        .split(sep)
        .join("/")}`;
      if (NOT_SERVED.has(name)) continue;
      const file = await describe(root, listed);
      if (file) files.set(name, file);
    }
  } catch (cause) {
    throw new FreeholdError("ASSETS_UNREADABLE", `${directory} cannot be read.`, {
      help: "Build the project, or correct `assets.directory` in its configuration.",
      cause,
    });
  }
  return files;
}

/** A regular file inside the folder, after symbolic links were followed. */
async function describe(root: string, listed: string): Promise<AssetFile | undefined> {
  const path = await realpath(listed).catch(() => undefined);
  if (path === undefined || !path.startsWith(`${root}${sep}`)) return undefined;
  const facts = await stat(path);
  const { size, mtimeMs } = facts;
  const etag = `"${size.toString(16)}-${Math.trunc(mtimeMs).toString(16)}"`;
  return facts.isFile() ? { path, size, etag } : undefined;
}
