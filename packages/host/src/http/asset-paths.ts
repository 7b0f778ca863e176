import type { HtmlHandling } from "../config/wrangler.ts";

/** What a path means in a folder of files. Paths begin with `/` and are decoded. */
export type AssetMatch =
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "redirect"; readonly to: string };

/**
 * Finds the file for a path. A page has one canonical address, to which its others redirect.
 *
 * @param has whether there is a file of exactly that path.
 */
export function matchAsset(
  path: string,
  has: (path: string) => boolean,
  handling: HtmlHandling,
): AssetMatch | undefined {
  if (handling === "none") return has(path) ? file(path) : undefined;
  const page = pageOf(path);
  if (!page) return has(path) ? file(path) : undefined;
  if (page.form === "plain" && has(path)) return file(path);
  const found = pageFile(page.stem, has);
  if (!found) return has(path) ? file(path) : undefined;
  const canonical = canonicalPath(page.stem, found, handling);
  return canonical === path ? file(found) : { type: "redirect", to: canonical };
}

interface Page {
  /** The address without ending, without a slash at the end; empty for the root. */
  readonly stem: string;
  readonly form: "plain" | "slash" | "ending";
}

function pageOf(path: string): Page | undefined {
  if (path.endsWith("/index.html")) return { stem: path.slice(0, -11), form: "ending" };
  if (path.endsWith(".html")) return { stem: path.slice(0, -5), form: "ending" };
  if (path.endsWith("/index")) return { stem: path.slice(0, -6), form: "plain" };
  if (path.endsWith("/")) return { stem: path.slice(0, -1), form: "slash" };
  return { stem: path, form: "plain" };
}

function pageFile(stem: string, has: (path: string) => boolean): string | undefined {
  if (stem !== "" && has(`${stem}.html`)) return `${stem}.html`;
  return has(`${stem}/index.html`) ? `${stem}/index.html` : undefined;
}

function canonicalPath(stem: string, found: string, handling: HtmlHandling): string {
  if (stem === "") return "/";
  if (handling === "drop-trailing-slash") return stem;
  if (handling === "force-trailing-slash") return `${stem}/`;
  return found.endsWith("/index.html") ? `${stem}/` : stem;
}

function file(path: string): AssetMatch {
  return { type: "file", path };
}

/** The decoded path of a URL, or `undefined` when it cannot be the name of a file. */
export function decodedPath(pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const segments = path.split("/");
  if (path.includes("\0") || path.includes("\\")) return undefined;
  return segments.includes("..") || segments.includes(".") ? undefined : path;
}

/** Tells which paths go to the Worker before any file is looked for. */
export function workerFirst(setting: boolean | readonly string[]): (pathname: string) => boolean {
  if (typeof setting === "boolean") return () => setting;
  const excluded = setting.filter((one) => one.startsWith("!")).map((one) => glob(one.slice(1)));
  const included = setting.filter((one) => !one.startsWith("!")).map(glob);
  return (pathname) =>
    included.some((pattern) => pattern.test(pathname)) &&
    !excluded.some((pattern) => pattern.test(pathname));
}

function glob(pattern: string): RegExp {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`);
}
