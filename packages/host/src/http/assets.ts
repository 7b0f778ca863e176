import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { lookup } from "mrmime";
import type { AssetsConfig } from "../config/wrangler.ts";
import { type AssetFile, type Contents, NOTHING, readContents } from "./asset-files.ts";
import {
  type AssetMatch,
  decodedPath,
  encodedPath,
  matchAsset,
  workerFirst,
} from "./asset-paths.ts";
import { applyHeaderRules, redirectFor } from "./asset-rules.ts";
import { type ByteRange, byteRange } from "./byte-range.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";

/** Where a request goes. */
export type AssetRoute = "worker" | "asset" | "page";

/** Files up to this size are read at once; larger ones are streamed. */
const READ_WHOLE_BYTES = 256 * 1024;

/** As many as the fetch standard follows. */
const MAX_REDIRECTS = 20;

/** Navigations to unknown paths get the page of the application from this date on. */
const NAVIGATION_ROUTING_DATE = "2025-04-01";

/**
 * The static files of a project. What may be served is listed once: a request can only name a file
 * of the list, so no path leads out of the folder.
 */
export class Assets {
  readonly #config: AssetsConfig;
  /** Which requests for what no file has get what stands for a missing page, and not the Worker. */
  readonly #standsIn: "none" | "navigations" | "all";
  readonly #first: (pathname: string) => "worker" | "assets" | undefined;
  readonly #contents: Contents;

  private constructor(config: AssetsConfig, compatibilityDate: string, contents: Contents) {
    this.#config = config;
    this.#contents = contents;
    this.#first = workerFirst(config.runWorkerFirst);
    this.#standsIn = standsIn(config, compatibilityDate);
  }

  /**
   * @param warn hears of rules in `_headers` and `_redirects` that cannot be used.
   * @throws FreeholdError `ASSETS_UNREADABLE` when the folder cannot be read.
   */
  static async open(
    config: AssetsConfig,
    compatibilityDate: string,
    warn: (problem: string) => void = () => undefined,
  ): Promise<Assets> {
    const contents =
      config.directory === undefined ? NOTHING : await readContents(config.directory, warn);
    return new Assets(config, compatibilityDate, contents);
  }

  /** Where a request goes. `page` is what stands for a missing page, when a browser navigates. */
  route(request: Request): AssetRoute {
    const url = new URL(request.url);
    const first = this.#first(url.pathname);
    if (first !== undefined) return first === "worker" ? "worker" : "asset";
    if (redirectFor(this.#contents.redirects, url) || this.#match(url.pathname)) return "asset";
    if (this.#standsIn === "all") return "page";
    const navigates = request.headers.get("sec-fetch-mode") === "navigate";
    return this.#standsIn === "navigations" && navigates ? "page" : "worker";
  }

  /** Answers as `env.ASSETS.fetch` does: a file, a redirect, or what stands for a missing file. */
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const response = await this.#answer(request, url);
    applyHeaderRules(this.#contents.headers, url, response.headers);
    return response;
  }

  /** As `fetch`, but follows redirects inside the folder where the request says so. */
  async fetchFollowing(request: Request): Promise<Response> {
    let asked = request;
    let response = await this.fetch(asked);
    for (let hops = 0; hops < MAX_REDIRECTS && request.redirect === "follow"; hops += 1) {
      const location = response.headers.get("location");
      if (location === null || !location.startsWith("/")) break;
      const method = methodAfter(response.status, asked.method);
      asked = new Request(new URL(location, asked.url).href, { method, headers: request.headers });
      response = await this.fetch(asked);
    }
    return response;
  }

  async #answer(request: Request, url: URL): Promise<Response> {
    const redirect = redirectFor(this.#contents.redirects, url);
    if (redirect && redirect.status !== 200) return redirectTo(redirect.to, redirect.status);
    return this.#find(request, redirect ? new URL(redirect.to, url) : url);
  }

  #find(request: Request, { pathname, search }: URL): Promise<Response> | Response {
    const match = this.#match(pathname);
    const isMissing = !match && this.#config.notFoundHandling === "none";
    if (!isRead(request.method) && !isMissing) {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    if (match?.type === "redirect") return redirectTo(encodedPath(match.to) + search, 307);
    const file = match && this.#contents.files.get(match.path);
    return file ? serve(file, request, 200) : this.#missing(request, pathname);
  }

  #match(pathname: string): AssetMatch | undefined {
    const { files } = this.#contents;
    if (files.size === 0) return undefined;
    const path = decodedPath(pathname);
    if (path === undefined) return undefined;
    const has = (name: string) => files.has(name);
    const match = matchAsset(path, has, this.#config.htmlHandling ?? "auto-trailing-slash");
    // Each address is written in one way.
    const isOther = match?.type === "file" && pathname !== encodedPath(path);
    return isOther ? { type: "redirect", to: path } : match;
  }

  #missing(request: Request, pathname: string): Promise<Response> | Response {
    const { notFoundHandling } = this.#config;
    const index = this.#contents.files.get("/index.html");
    if (notFoundHandling === "single-page-application" && index) return serve(index, request, 200);
    const page = notFoundHandling === "404-page" ? this.#nearest404(pathname) : undefined;
    return page ? serve(page, request, 404) : new Response(null, { status: 404 });
  }

  #nearest404(pathname: string): AssetFile | undefined {
    const segments = (decodedPath(pathname) ?? "/").split("/").slice(0, -1);
    for (let depth = segments.length; depth > 0; depth -= 1) {
      const file = this.#contents.files.get(`${segments.slice(0, depth).join("/")}/404.html`);
      if (file) return file;
    }
    return undefined;
  }
}

/** A list that names the Worker's paths leaves all others to the files. */
function standsIn(
  { notFoundHandling, runWorkerFirst }: AssetsConfig,
  compatibilityDate: string,
): "none" | "navigations" | "all" {
  if (notFoundHandling === "none") return "none";
  if (typeof runWorkerFirst !== "boolean") return "all";
  return compatibilityDate >= NAVIGATION_ROUTING_DATE ? "navigations" : "none";
}

/** As the fetch standard has it. */
function methodAfter(status: number, method: string): string {
  if (isRead(method)) return method;
  return status === 303 || (status < 303 && method === "POST") ? "GET" : method;
}

function redirectTo(location: string, status: number): Response {
  return new Response(null, { status, headers: { location } });
}

async function serve(file: AssetFile, request: Request, status: number): Promise<Response> {
  const headers = new Headers({ etag: file.etag, "content-type": contentType(file.path) });
  headers.set("cache-control", "public, max-age=0, must-revalidate");
  if (status === 200) {
    headers.set("accept-ranges", "bytes");
    if (isFresh(request, file.etag)) return new Response(null, { status: 304, headers });
  }
  const range = status === 200 ? wantedRange(request, file) : undefined;
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${file.size}`);
    return new Response(null, { status: 416, headers });
  }
  if (range) headers.set("content-range", `bytes ${range.first}-${range.last}/${file.size}`);
  const length = range ? range.last - range.first + 1 : file.size;
  const answer = { status: range ? 206 : status, headers };
  if (request.method === "HEAD") {
    headers.set("content-length", String(length));
    return new Response(null, answer);
  }
  return new Response(await contentOf(file, range), answer);
}

/** Only of the version that the client has the rest of. */
function wantedRange(
  { method, headers }: Request,
  { size, etag }: AssetFile,
): ReturnType<typeof byteRange> {
  const version = headers.get("if-range");
  if (method !== "GET" || (version !== null && version !== etag)) return undefined;
  return byteRange(headers.get("range"), size);
}

async function contentOf(
  { path, size }: AssetFile,
  range: ByteRange | undefined,
): Promise<Uint8Array | ReadableStream<Uint8Array>> {
  const { first, last } = range ?? { first: 0, last: size - 1 };
  if (size <= READ_WHOLE_BYTES) return (await readFile(path)).subarray(first, last + 1);
  const part = createReadStream(path, { start: first, end: last });
  return Readable.toWeb(part) as ReadableStream<Uint8Array>;
}

function contentType(path: string): string {
  const type = lookup(path) ?? "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
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
